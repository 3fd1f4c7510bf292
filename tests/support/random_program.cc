#include "tests/support/random_program.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "core/ops/op_table.h"

namespace gradd::testing {
namespace {

// Larger tensors take long, larger numbers lose digits that the comparison counts on.
constexpr int64_t kLargestCount = 64;
constexpr double kLargestNumber = 1e3;

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed), choose_(random_, program_.registers) {
    for (const ProgramOp& op : AllProgramOps()) ops_.insert(ops_.end(), op.weight, &op);
  }

  RandomProgram Make(int length) {
    for (int i = 0; i < 5; ++i) AddLeaf(i < 4);
    for (int tries = 0; tries < 4 * length && static_cast<int>(program_.steps.size()) < length;
         ++tries) {
      // Now and then a few steps run without grad mode.
      if (choose_.Pick(8) == 0) no_grad_ = choose_.Pick(4) == 0;
      AddStepOf(*ops_[choose_.Pick(static_cast<int64_t>(ops_.size()))]);
    }
    no_grad_ = false;
    AddLoss();
    program_.loss = registers().back().At(0);
    return std::move(program_);
  }

 private:
  std::vector<StridedTensor>& registers() { return program_.registers; }

  void AddLeaf(bool requires_grad) {
    static const Dims kShapes[] = {{},     {2},    {3},    {2, 3},    {3, 2},
                                   {3, 3}, {1, 3}, {2, 1}, {2, 2, 3}, {2, 3, 2}};
    RandomProgram::Leaf leaf;
    leaf.shape = kShapes[choose_.Pick(std::size(kShapes))];
    leaf.requires_grad = requires_grad;
    StridedTensor tensor = StridedTensor::New(leaf.shape);
    tensor.storage->belongs_to_leaf = requires_grad;
    const double low = choose_.Coin() ? 0.2 : -1;  // some programs take logarithms
    for (int64_t i = 0; i < tensor.count(); ++i) {
      leaf.values.push_back(choose_.Number(low, 1.2));
      leaf.u.push_back(requires_grad ? choose_.Number(-1, 1) : 0);
      leaf.v.push_back(requires_grad ? choose_.Number(-1, 1) : 0);
      tensor.At(i) = HyperDual(leaf.values[i], leaf.u[i], leaf.v[i], 0);
    }
    program_.leaves.push_back(std::move(leaf));
    registers().push_back(std::move(tensor));
  }

  // Most random calls do not fit, so each op gets a few.
  void AddStepOf(const ProgramOp& op) {
    for (int tries = 0; tries < 6; ++tries) {
      MaybeCall call = op.make(choose_);
      if (!call) return;
      Step step = {&op, *std::move(call), false, no_grad_};
      const Op& definition = *FindOp(op.name);
      const bool can_write = definition.has_in_place_form() && !definition.is_predicate;
      step.in_place = op.only_in_place || (can_write && choose_.Pick(3) == 0);
      if (Add(std::move(step))) return;
    }
  }

  // Adds the step if it makes sense and its numbers stay moderate.
  bool Add(Step step) {
    const Op& op = *FindOp(step.op->name);
    // PyTorch refuses to write to a view that was made without grad mode.
    if (step.no_grad && op.is_view) return false;
    if (step.in_place && !MayWrite(step)) return false;
    std::optional<StridedTensor> result = step.op->compute(InputsOf(step), step.call.attributes);
    if (!result || result->count() > kLargestCount) return false;
    if (step.in_place && result->shape != Target(step).shape) return false;
    if (step.no_grad) *result = WithoutDerivatives(*result);
    for (int64_t i = 0; i < result->count(); ++i) {
      const HyperDual& x = result->At(i);
      for (const double part : {x.f, x.e1, x.e2, x.e12}) {
        if (!(std::fabs(part) < kLargestNumber)) return false;
      }
    }
    if (!step.no_grad) MarkSaved(step, op, *result);
    if (step.in_place) {
      Write(Target(step), *result, step.no_grad);
    } else {
      registers().push_back(*std::move(result));
    }
    program_.steps.push_back(std::move(step));
    return true;
  }

  const StridedTensor& Target(const Step& step) { return choose_.At(step.call.operands[0]); }

  bool MayWrite(const Step& step) {
    if (step.call.operands[0].kind != Operand::Kind::kRegister) return false;
    const StridedTensor& target = Target(step);
    if (target.elements != Elements::kNumbers || target.overlaps()) return false;
    if (target.storage->written_later_is_an_error) return false;
    // Without grad mode leaves may be written, and what shares its storage with another history.
    return step.no_grad || (!target.storage->belongs_to_leaf && !target.is_detached);
  }

  Inputs InputsOf(const Step& step) {
    Inputs inputs;
    for (const Operand& operand : step.call.operands) {
      if (operand.kind == Operand::Kind::kRegister) {
        inputs.push_back(choose_.At(operand));
        continue;
      }
      StridedTensor& input = inputs.emplace_back(StridedTensor::New(operand.shape));
      if (operand.kind == Operand::Kind::kNumber) input.At(0) = operand.number;
      for (size_t i = 0; i < operand.indices.size(); ++i) {
        input.At(static_cast<int64_t>(i)) = static_cast<double>(operand.indices[i]);
      }
    }
    return inputs;
  }

  static StridedTensor WithoutDerivatives(const StridedTensor& from) {
    StridedTensor out = StridedTensor::New(from.shape);
    out.elements = from.elements;
    for (int64_t i = 0; i < out.count(); ++i) out.At(i) = from.At(i).f;
    return out;
  }

  // Without grad mode the elements change and their history stays.
  static void Write(const StridedTensor& target, const StridedTensor& result, bool no_grad) {
    for (int64_t i = 0; i < target.count(); ++i) {
      if (no_grad) {
        target.At(i).f = result.At(i).f;
      } else {
        target.At(i) = result.At(i);
      }
    }
  }

  // Storages that the op has saved may not be written any more. The op's own rule says which; of
  // one that is recorded as several ops, all.
  void MarkSaved(const Step& step, const Op& op, const StridedTensor& result) {
    const bool is_several = op.vjp == nullptr && op.expand != nullptr;
    Residuals residuals;
    if (op.residuals != nullptr) residuals = op.residuals(op, IndexSet(~uint64_t{0}));
    for (size_t i = 0; i < step.call.operands.size(); ++i) {
      // What an in-place op saves of its own target is the value from before.
      if (step.call.operands[i].kind != Operand::Kind::kRegister || (step.in_place && i == 0)) {
        continue;
      }
      if (!is_several && !residuals.inputs.Contains(i)) continue;
      choose_.At(step.call.operands[i]).storage->written_later_is_an_error = true;
    }
    if (!is_several && residuals.outputs.empty()) return;
    (step.in_place ? Target(step) : result).storage->written_later_is_an_error = true;
  }

  // loss = sum over some registers of number * sum(register)
  void AddLoss() {
    // A leaf is always among them, so that there is something to differentiate by.
    std::vector<int> terms = {0};
    for (int k = static_cast<int>(registers().size()) - 1; k > 0 && terms.size() < 7; --k) {
      if (registers()[k].elements == Elements::kNumbers) terms.push_back(k);
    }
    int loss = -1;
    for (const int k : terms) {
      const int sum = Append("sum", {Operand::Register(k)}, {Dims(), false, std::monostate()});
      const int term =
          Append("mul", {Operand::Register(sum), Operand::Number(choose_.Number(-1, 1))}, {});
      loss =
          loss < 0 ? term : Append("add", {Operand::Register(loss), Operand::Register(term)}, {});
    }
  }
  int Append(const std::string& name, std::vector<Operand> operands, Attributes attributes) {
    Step step = {&ProgramOpNamed(name), {std::move(operands), std::move(attributes)}};
    registers().push_back(*step.op->compute(InputsOf(step), step.call.attributes));
    program_.steps.push_back(std::move(step));
    return static_cast<int>(registers().size()) - 1;
  }

  std::mt19937_64 random_;
  RandomProgram program_;
  Chooser choose_;
  std::vector<const ProgramOp*> ops_;  // each as often as its weight says
  bool no_grad_ = false;
};

std::string ToString(const AttributeValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, Dims>) {
          return gradd::ToString(DimsView(v));
        } else if constexpr (std::is_same_v<T, Scalar>) {
          return v.ToString();
        } else if constexpr (std::is_arithmetic_v<T>) {
          return absl::StrCat(v);
        } else {
          return "-";  // not given, or a dtype or device, which are all the same
        }
      },
      value);
}

std::string ToString(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::kRegister:
      return absl::StrCat("r", operand.number_of_register);
    case Operand::Kind::kNumber:
      return absl::StrCat(operand.number);
    case Operand::Kind::kIndices:
      break;
  }
  return absl::StrCat("{", absl::StrJoin(operand.indices, " "), "}");
}

}  // namespace

RandomProgram MakeRandomProgram(uint64_t seed, int length) { return Generator(seed).Make(length); }

std::string ToString(const RandomProgram& program) {
  std::string text;
  int next = static_cast<int>(program.leaves.size());
  for (int i = 0; i < next; ++i) {
    absl::StrAppend(&text, "  r", i, " = leaf ", gradd::ToString(program.leaves[i].shape), "\n");
  }
  for (const Step& step : program.steps) {
    absl::StrAppend(&text, step.no_grad ? "  no_grad: " : "  ",
                    step.in_place ? "" : absl::StrCat("r", next++, " = "), step.op->name,
                    step.in_place ? "_" : "");
    for (const Operand& operand : step.call.operands) {
      absl::StrAppend(&text, " ", ToString(operand));
    }
    for (size_t i = 0; i < step.call.attributes.size(); ++i) {
      absl::StrAppend(&text, i == 0 ? " (" : ", ", ToString(step.call.attributes[i]));
    }
    absl::StrAppend(&text, step.call.attributes.size() > 0 ? ")\n" : "\n");
  }
  return text;
}

}  // namespace gradd::testing
