#include "tests/support/random_program.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <string>

namespace gradd::testing {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  RandomProgram Make(int length) {
    for (int i = 0; i < 4; ++i) AddLeaf(i < 3);
    for (int tries = 0; tries < 20 * length && static_cast<int>(program_.steps.size()) < length;
         ++tries) {
      Try(RandomStep());
    }
    AddLoss();
    program_.loss = Last().At(0);
    return std::move(program_);
  }

 private:
  uint64_t Pick(uint64_t n) { return random_() % n; }
  double Number(double low, double high) {
    return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53;
  }
  std::vector<StridedTensor>& registers() { return program_.registers; }
  StridedTensor& Last() { return registers().back(); }
  int Register() {
    // Later registers more often, so that programs are deep.
    const uint64_t n = registers().size();
    return static_cast<int>(std::max(Pick(n), Pick(n)));
  }

  void AddLeaf(bool requires_grad) {
    static const Dims kShapes[] = {{}, {3}, {2, 3}, {3, 2}, {1, 3}, {2, 1}, {2, 2, 3}, {3, 3}};
    RandomProgram::Leaf leaf;
    leaf.shape = kShapes[Pick(8)];
    leaf.requires_grad = requires_grad;
    StridedTensor tensor = StridedTensor::New(leaf.shape);
    tensor.storage->belongs_to_leaf = requires_grad;
    for (int64_t i = 0; i < tensor.count(); ++i) {
      leaf.values.push_back(Number(-1, 1));
      leaf.u.push_back(requires_grad ? Number(-1, 1) : 0);
      leaf.v.push_back(requires_grad ? Number(-1, 1) : 0);
      tensor.At(i) = HyperDual(leaf.values[i], leaf.u[i], leaf.v[i], 0);
    }
    program_.leaves.push_back(std::move(leaf));
    registers().push_back(std::move(tensor));
  }

  std::optional<Step> RandomStep() {
    Step step;
    step.inputs = {Register()};
    const StridedTensor& a = registers()[step.inputs[0]];
    const int64_t rank = static_cast<int64_t>(a.shape.size());
    switch (Pick(14)) {
      case 0:
      case 1: {
        static const char* const kOps[] = {"sin", "cos", "exp", "neg", "clone"};
        step.op = kOps[Pick(5)];
        step.in_place = step.op != "clone" && Pick(4) == 0;
        return step;
      }
      case 2:
      case 3:
      case 4:
      case 5: {
        static const char* const kOps[] = {"add", "sub", "mul", "div", "copy"};
        step.op = kOps[Pick(5)];
        step.inputs.push_back(Pick(5) == 0 ? -1 : Register());
        step.number = Number(0.5, 1.5);
        step.in_place = step.op == "copy" || Pick(3) == 0;
        return step;
      }
      case 6:
        step.op = "sum";
        for (int64_t d = 0; d < rank; ++d) {
          if (Pick(2) == 0) step.integers.push_back(d);
        }
        return step;
      case 7:
        step.op = "matmul";
        step.inputs.push_back(Register());
        return step;
      case 8:
        if (rank < 2) return std::nullopt;
        step.op = "transpose";
        step.integers = {int64_t(Pick(rank)), int64_t(Pick(rank))};
        return step;
      case 9: {
        if (rank == 0) return std::nullopt;
        step.op = "select";
        const int64_t dim = int64_t(Pick(rank));
        step.integers = {dim, int64_t(Pick(a.shape[dim]))};
        return step;
      }
      case 10: {
        if (rank == 0) return std::nullopt;
        step.op = "slice";
        const int64_t dim = int64_t(Pick(rank));
        const int64_t start = int64_t(Pick(a.shape[dim]));
        const int64_t end = start + 1 + int64_t(Pick(a.shape[dim] - start));
        step.integers = {dim, start, end, 1 + int64_t(Pick(2))};
        return step;
      }
      case 11: {
        step.op = "expand";
        if (rank < 3 && Pick(2) == 0) step.integers.push_back(2);
        for (const int64_t size : a.shape) step.integers.push_back(size == 1 ? 3 : size);
        return step;
      }
      case 12: {
        if (!IsContiguous(a.shape, a.strides)) return std::nullopt;
        step.op = "view";
        step.integers = {a.count()};
        if (a.count() % 2 == 0 && Pick(2) == 0) step.integers = {2, a.count() / 2};
        return step;
      }
      default: {
        if (rank == 0) return std::nullopt;
        step.op = "index_select";
        const int64_t dim = int64_t(Pick(rank));
        step.integers = {dim};
        for (uint64_t i = 0; i < 1 + Pick(3); ++i)
          step.integers.push_back(int64_t(Pick(a.shape[dim])));
        return step;
      }
    }
  }

  bool FitsShapes(const Step& step) {
    const StridedTensor& a = registers()[step.inputs[0]];
    if (step.op == "matmul") {
      const StridedTensor& b = registers()[step.inputs[1]];
      return a.shape.size() == 2 && b.shape.size() == 2 && a.shape[1] == b.shape[0];
    }
    if (step.inputs.size() == 2 && step.inputs[1] >= 0) {
      const absl::StatusOr<Dims> shape =
          BroadcastShapes(a.shape, registers()[step.inputs[1]].shape);
      if (!shape.ok() || (step.in_place && *shape != a.shape)) return false;
    }
    return true;
  }

  // Adds the step if it makes sense and its numbers stay moderate.
  void Try(std::optional<Step> step) {
    if (!step.has_value() || !FitsShapes(*step)) return;
    const StridedTensor target = registers()[step->inputs[0]];
    if (step->in_place && (target.storage->belongs_to_leaf ||
                           target.storage->written_later_is_an_error || target.overlaps())) {
      return;
    }
    const StridedTensor result = Compute(*step, registers());
    if (result.count() > 64) return;
    for (int64_t i = 0; i < result.count(); ++i) {
      const HyperDual& x = result.At(i);
      for (const double part : {x.f, x.e1, x.e2, x.e12}) {
        if (!(std::fabs(part) < 1e3)) return;
      }
    }
    // A quotient by something near 0 loses digits that the comparison counts on.
    if (step->op == "div" && step->inputs[1] >= 0) {
      const StridedTensor& divisor = registers()[step->inputs[1]];
      for (int64_t i = 0; i < divisor.count(); ++i) {
        if (std::fabs(divisor.At(i).f) < 0.1) return;
      }
    }
    MarkSaved(*step, result);
    if (step->in_place) {
      Write(target, result);
    } else {
      registers().push_back(result);
    }
    program_.steps.push_back(*std::move(step));
  }

  // Which storages may not be written any more because an op saved them.
  void MarkSaved(const Step& step, const StridedTensor& result) {
    const auto mark = [&](size_t i) {
      // What an in-place op saves of its own target is the value from before.
      if (step.inputs[i] < 0 || (step.in_place && i == 0)) return;
      registers()[step.inputs[i]].storage->written_later_is_an_error = true;
    };
    if (step.op == "sin" || step.op == "cos") mark(0);
    if (step.op == "mul" || step.op == "div" || step.op == "matmul") mark(0), mark(1);
    if (step.op == "exp") {
      (step.in_place ? registers()[step.inputs[0]] : result).storage->written_later_is_an_error =
          true;
    }
  }

  // loss = sum over some registers of number * sum(register)
  void AddLoss() {
    const int n = static_cast<int>(registers().size());
    int loss = -1;
    // A leaf is always among them, so that there is something to differentiate by.
    std::vector<int> terms = {0};
    for (int k = std::max(1, n - 6); k < n; ++k) terms.push_back(k);
    for (const int k : terms) {
      Append({"sum", {k}, 0, {}, false});
      Append({"mul", {static_cast<int>(registers().size()) - 1, -1}, Number(-1, 1), {}, false});
      const int term = static_cast<int>(registers().size()) - 1;
      if (loss >= 0) Append({"add", {loss, term}, 0, {}, false});
      loss = static_cast<int>(registers().size()) - 1;
    }
  }
  void Append(Step step) {
    registers().push_back(Compute(step, registers()));
    program_.steps.push_back(std::move(step));
  }

  std::mt19937_64 random_;
  RandomProgram program_;
};

}  // namespace

RandomProgram MakeRandomProgram(uint64_t seed, int length) { return Generator(seed).Make(length); }

Attributes AttributesOf(const Step& step) {
  const std::vector<int64_t>& n = step.integers;
  const Dims dims(n.begin(), n.end());
  if (step.op == "sum") return {dims, false, std::monostate()};
  if (step.op == "transpose" || step.op == "select") return {n[0], n[1]};
  if (step.op == "slice") return {n[0], n[1], n[2], n[3]};
  if (step.op == "expand" || step.op == "view") return {dims};
  if (step.op == "index_select") return {n[0]};
  return {};
}

}  // namespace gradd::testing
