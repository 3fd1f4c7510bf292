// What is known of the integers in buffers, so that index tensors need not be looked at on a device
// that would have to be waited for.
#pragma once

#include <optional>

#include "absl/types/span.h"

#include "core/base/integer_range.h"
#include "core/kernels/kernel.h"
#include "core/ops/op.h"
#include "core/tensor/tensor.h"

namespace gradd {

// Of elements of `dtype` on the host; nothing for dtypes that nobody indexes with, and for none.
std::optional<IntegerRange> RangeOf(DType dtype, absl::Span<const char> bytes);

// Notes what `op`'s rule says of its outputs.
void NoteRanges(const Op& op, ValueSpan inputs, const Attributes& attributes, ValueSpan outputs);

// Notes that the index tensor that had to be checked is good.
void NoteChecked(const IndexCheck::Checked& checked, ValueSpan inputs);

}  // namespace gradd
