// Ops that compute each element from those at the same place.
#include "core/ops/op_table.h"
#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Element = HyperDual;

struct Row {
  const char* name;
  // One letter for each operand: t a tensor, n a tensor or a number, c a number, m a mask, e a
  // whole number, s a tensor of one element without dimensions or a number.
  const char* operands;
  Element (*value)(const Element* x);
  bool (*is_smooth)(const Element* x) = nullptr;  // null: everywhere
  int weight = 1;
};

bool Apart(double a, double b) { return std::fabs(a - b) > kMargin; }
bool AwayFromZero(const Element* x) { return Apart(x[0].f, 0); }
bool AwayFromWholeNumbers(const Element* x) { return Apart(x[0].f, std::nearbyint(x[0].f)); }
bool AwayFromHalves(const Element* x) { return Apart(x[0].f - std::floor(x[0].f), 0.5); }
// By a quotient or a power of something near 0 digits are lost that the comparison counts on.
bool Positive(const Element* x) { return x[0].f > 0.1; }
bool FarFromZero(const Element* x) { return std::fabs(x[0].f) > 0.1; }
bool Different(const Element* x) { return Apart(x[0].f, x[1].f); }
Element Truth(bool value) { return value ? 1.0 : 0.0; }
bool IsTrue(const Element& x) { return x.f != 0; }

const Row kRows[] = {
    {"add", "tn", [](const Element* x) { return x[0] + x[1]; }, nullptr, 4},
    {"sub", "tn", [](const Element* x) { return x[0] - x[1]; }, nullptr, 3},
    {"mul", "tn", [](const Element* x) { return x[0] * x[1]; }, nullptr, 4},
    {"div", "tn", [](const Element* x) { return x[0] / x[1]; },
     [](const Element* x) { return FarFromZero(x + 1); }, 3},
    {"neg", "t", [](const Element* x) { return -x[0]; }},
    {"abs", "t", [](const Element* x) { return abs(x[0]); }, AwayFromZero},
    {"sin", "t", [](const Element* x) { return sin(x[0]); }, nullptr, 2},
    {"cos", "t", [](const Element* x) { return cos(x[0]); }, nullptr, 2},
    {"exp", "t", [](const Element* x) { return exp(x[0]); }, nullptr, 2},
    {"expm1", "t", [](const Element* x) { return expm1(x[0]); }},
    {"erf", "t", [](const Element* x) { return erf(x[0]); }},
    {"log", "t", [](const Element* x) { return log(x[0]); }, Positive},
    {"log1p", "t", [](const Element* x) { return log1p(x[0]); },
     [](const Element* x) { return x[0].f > -0.9; }},
    {"log2", "t", [](const Element* x) { return log(x[0]) / Element(M_LN2); }, Positive},
    {"sqrt", "t", [](const Element* x) { return sqrt(x[0]); }, Positive},
    {"rsqrt", "t", [](const Element* x) { return Element(1) / sqrt(x[0]); }, Positive},
    {"reciprocal", "t", [](const Element* x) { return Element(1) / x[0]; }, FarFromZero},
    {"sigmoid", "t", [](const Element* x) { return sigmoid(x[0]); }},
    {"tanh", "t", [](const Element* x) { return tanh(x[0]); }},
    {"relu", "t", [](const Element* x) { return x[0].f > 0 ? x[0] : Element(0); }, AwayFromZero},
    {"silu", "t", [](const Element* x) { return x[0] * sigmoid(x[0]); }},
    {"gelu", "t",
     [](const Element* x) {
       return x[0] * Element(0.5) * (Element(1) + erf(x[0] * Element(M_SQRT1_2)));
     }},
    {"gelu_tanh", "t",
     [](const Element* x) {
       const Element inner = x[0] + Element(0.044715) * x[0] * x[0] * x[0];
       return x[0] * Element(0.5) * (Element(1) + tanh(Element(std::sqrt(M_2_PI)) * inner));
     }},
    {"softplus", "tcc",
     [](const Element* x) {
       return x[0].f * x[1].f > x[2].f ? x[0] : log1p(exp(x[1] * x[0])) / x[1];
     },
     [](const Element* x) { return Apart(x[0].f * x[1].f, x[2].f); }},
    {"leaky_relu", "tn", [](const Element* x) { return x[0].f > 0 ? x[0] : x[0] * x[1]; },
     AwayFromZero},
    {"floor", "t", [](const Element* x) { return Element(std::floor(x[0].f)); },
     AwayFromWholeNumbers},
    {"ceil", "t", [](const Element* x) { return Element(std::ceil(x[0].f)); },
     AwayFromWholeNumbers},
    {"trunc", "t", [](const Element* x) { return Element(std::trunc(x[0].f)); },
     AwayFromWholeNumbers},
    {"round", "t", [](const Element* x) { return Element(std::nearbyint(x[0].f)); },
     AwayFromHalves},
    {"sign", "t", [](const Element* x) { return Element(x[0].f < 0 ? -1 : 1); }, AwayFromZero},
    {"maximum", "tn", [](const Element* x) { return x[0].f > x[1].f ? x[0] : x[1]; }, Different},
    {"minimum", "tn", [](const Element* x) { return x[0].f < x[1].f ? x[0] : x[1]; }, Different},
    {"clamp_min", "tn", [](const Element* x) { return x[0].f > x[1].f ? x[0] : x[1]; }, Different},
    {"clamp_max", "tn", [](const Element* x) { return x[0].f < x[1].f ? x[0] : x[1]; }, Different},
    // Where the bounds are the wrong way round the upper one holds.
    {"clamp", "tnn",
     [](const Element* x) {
       const Element low = x[0].f > x[1].f ? x[0] : x[1];
       return low.f < x[2].f ? low : x[2];
     },
     [](const Element* x) {
       return Apart(x[0].f, x[1].f) && Apart(x[0].f, x[2].f) && Apart(x[1].f, x[2].f);
     }},
    {"pow", "te", [](const Element* x) { return pow(x[0], x[1]); }, FarFromZero},
    // By a tensor: its gradient has the base's logarithm. At the exponent 0 the base's gradient is
    // 0 by definition, as in PyTorch, which the exponent's does not see.
    {"pow", "tt", [](const Element* x) { return pow(x[0], x[1]); },
     [](const Element* x) { return Positive(x) && AwayFromZero(x + 1); }},
    {"where", "mtn", [](const Element* x) { return IsTrue(x[0]) ? x[1] : x[2]; }, nullptr, 2},
    {"masked_fill", "tms", [](const Element* x) { return IsTrue(x[1]) ? x[2] : x[0]; }, nullptr, 2},

    {"lt", "tn", [](const Element* x) { return Truth(x[0].f < x[1].f); }, Different, 2},
    {"le", "tn", [](const Element* x) { return Truth(x[0].f <= x[1].f); }, Different},
    {"gt", "tn", [](const Element* x) { return Truth(x[0].f > x[1].f); }, Different, 2},
    {"ge", "tn", [](const Element* x) { return Truth(x[0].f >= x[1].f); }, Different},
    {"eq", "tn", [](const Element* x) { return Truth(x[0].f == x[1].f); }, Different},
    {"ne", "tn", [](const Element* x) { return Truth(x[0].f != x[1].f); }, Different},
    {"isnan", "t", [](const Element*) { return Truth(false); }},
    {"isinf", "t", [](const Element*) { return Truth(false); }},
    {"isfinite", "t", [](const Element*) { return Truth(true); }},
    {"logical_not", "m", [](const Element* x) { return Truth(!IsTrue(x[0])); }},
    {"logical_and", "mm", [](const Element* x) { return Truth(IsTrue(x[0]) && IsTrue(x[1])); }},
    {"logical_or", "mm", [](const Element* x) { return Truth(IsTrue(x[0]) || IsTrue(x[1])); }},
    {"logical_xor", "mm", [](const Element* x) { return Truth(IsTrue(x[0]) != IsTrue(x[1])); }},
};

std::optional<Operand> MakeOperand(Chooser& choose, char kind) {
  switch (kind) {
    case 't':
      return choose.Any();
    case 'n':
      return choose.Pick(4) == 0 ? Operand::Number(choose.Number(-1.5, 1.5)) : choose.Any();
    case 'c':
      return Operand::Number(choose.Number(0.5, 1.5));
    case 'm':
      return choose.Mask();
    case 'e': {
      static constexpr double kExponents[] = {0, 1, 2, 3, 4, -1, -2, -3};
      return Operand::Number(kExponents[choose.Pick(std::size(kExponents))]);
    }
    default:
      return choose.Coin() ? Operand::Number(choose.Number(-1.5, 1.5)) : choose.OfRank(0, 0);
  }
}

MaybeCall Make(const Row& row, Chooser& choose) {
  Call call;
  for (const char* kind = row.operands; *kind != 0; ++kind) {
    std::optional<Operand> operand = MakeOperand(choose, *kind);
    if (!operand) return std::nullopt;
    call.operands.push_back(*std::move(operand));
  }
  return call;
}

std::optional<StridedTensor> Compute(const Row& row, Elements elements, const Inputs& inputs) {
  Dims shape = inputs[0].shape;
  for (const StridedTensor& input : inputs) {
    const absl::StatusOr<Dims> together = BroadcastShapes(shape, input.shape);
    if (!together.ok()) return std::nullopt;
    shape = *together;
  }
  StridedTensor out = StridedTensor::New(shape);
  out.elements = elements;
  for (int64_t i = 0; i < out.count(); ++i) {
    std::vector<Element> x;
    for (const StridedTensor& input : inputs) x.push_back(input.GetBroadcast(IndexOf(i, shape)));
    if (row.is_smooth != nullptr && !row.is_smooth(x.data())) return std::nullopt;
    out.At(i) = row.value(x.data());
  }
  return out;
}

}  // namespace

std::vector<ProgramOp> PointwiseProgramOps() {
  std::vector<ProgramOp> ops;
  for (const Row& row : kRows) {
    const Elements elements =
        FindOp(row.name)->is_predicate ? Elements::kBools : Elements::kNumbers;
    ops.push_back({row.name, [&row](Chooser& choose) { return Make(row, choose); },
                   [&row, elements](const Inputs& inputs, const Attributes&) {
                     return Compute(row, elements, inputs);
                   },
                   row.weight});
  }
  return ops;
}

}  // namespace gradd::testing
