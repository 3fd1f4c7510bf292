#include "client/cpp/random_functions.h"

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "client/cpp/tensor.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

void CheckProbability(const Operand& p, SourceLine source) {
  if (!p.is_number()) return;
  const double number = static_cast<const ScalarValue&>(*p.value()).scalar().To<double>();
  if (number >= 0 && number <= 1) return;
  Throw(InvalidArgument("PROBABILITY_RANGE",
                        "bernoulli_ expects p to be in [0, 1], but got p=", number),
        "bernoulli", source);
}

}  // namespace

Tensor dropout(const Tensor& input, double p, bool train, SourceLine source) {
  static const Op& op = OpNamed("dropout");
  if (!(p >= 0 && p <= 1)) {
    Throw(InvalidArgument("PROBABILITY_RANGE",
                          "dropout probability has to be between 0 and 1, but got ", p),
          "dropout", source);
  }
  if (!train || p == 0) return input;
  return CallOne(op, {input.value()}, {p, true, std::monostate(), std::monostate()}, source);
}

Tensor bernoulli(const Tensor& input, SourceLine source) { return bernoulli(input, input, source); }

Tensor bernoulli(const Tensor& input, const Operand& p, SourceLine source) {
  static const Op& op = OpNamed("bernoulli");
  CheckProbability(p, source);
  return CallOne(op, {input.value(), p.value()}, {std::monostate(), std::monostate()}, source);
}

Tensor bernoulli_(const Tensor& input, const Operand& p, SourceLine source) {
  static const Op& op = OpNamed("bernoulli");
  CheckProbability(p, source);
  return CallInPlace(op, {input.value(), p.value()}, {std::monostate(), std::monostate()}, source);
}

}  // namespace client
}  // namespace gradd
