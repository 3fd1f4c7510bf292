// What ops mean, for ReferenceInterpreter.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "core/ops/attributes.h"
#include "core/spec/shape.h"

namespace gradd::testing {

struct DenseTensor {
  Dims shape;
  std::vector<double> values;  // row-major

  double& at(DimsView index);
  double at(DimsView index) const { return const_cast<DenseTensor&>(*this).at(index); }
};

// Sets output.values; output.shape is the spec's, and its values are zeros to begin with. Data
// dependent ops set the shape, too.
using ReferenceOp = absl::Status (*)(absl::Span<const DenseTensor> inputs,
                                     const Attributes& attributes, DenseTensor& output);

// Null when there is no such entry.
ReferenceOp FindReferenceOp(absl::string_view name);

// Calls f(index) for each index of `shape` in row-major order.
template <class F>
void ForEachIndex(DimsView shape, F&& f) {
  Dims index(shape.size(), 0);
  for (int64_t left = ElementCount(shape); left > 0; --left) {
    f(DimsView(index));
    for (size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];) index[d] = 0;
  }
}

}  // namespace gradd::testing
