// Random numbers that depend on a tensor.
#pragma once

#include "client/cpp/operand.h"
#include "client/cpp/source_line.h"

namespace gradd {
inline namespace client {

class Tensor;

// While training, each element zero with probability p, and the others times 1 / (1 - p); else the
// tensor itself.
Tensor dropout(const Tensor& input, double p = 0.5, bool train = true,
               SourceLine source = SourceLine::Here());

// 1 where a number in [0, 1) that is drawn for each element is smaller than the element, else 0.
Tensor bernoulli(const Tensor& input, SourceLine source = SourceLine::Here());
// A tensor like the input with 1 with probability p, a number or a tensor that broadcasts, else 0.
Tensor bernoulli(const Tensor& input, const Operand& p, SourceLine source = SourceLine::Here());
// The same, written into the input.
Tensor bernoulli_(const Tensor& input, const Operand& p = 0.5,
                  SourceLine source = SourceLine::Here());

}  // namespace client
}  // namespace gradd
