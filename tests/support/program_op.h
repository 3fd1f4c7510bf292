// What random programs are made of: for each op, how calls of it are made up, and what it means on
// hyper-dual numbers.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/ops/attributes.h"
#include "tests/support/strided_reference.h"

namespace gradd::testing {

// One tensor argument: a register, a number or a tensor of int64 that the program holds.
struct Operand {
  enum class Kind { kRegister, kNumber, kIndices };
  Kind kind;
  int number_of_register = 0;
  double number = 0;
  Dims shape;                    // of the indices
  std::vector<int64_t> indices;  // row-major

  static Operand Register(int i) { return {Kind::kRegister, i, 0, {}, {}}; }
  static Operand Number(double number) { return {Kind::kNumber, 0, number, {}, {}}; }
  static Operand Indices(Dims shape, std::vector<int64_t> indices) {
    return {Kind::kIndices, 0, 0, std::move(shape), std::move(indices)};
  }
};

struct Call {
  std::vector<Operand> operands;
  Attributes attributes = {};
};
using MaybeCall = std::optional<Call>;

// Random numbers, and registers to call ops on.
class Chooser {
 public:
  Chooser(std::mt19937_64& random, const std::vector<StridedTensor>& registers)
      : random_(random), registers_(registers) {}

  // 0 to n - 1.
  int64_t Pick(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool Coin() { return Pick(2) == 0; }
  double Number(double low, double high) {
    return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53;
  }
  // One of the dimensions, counted from either end. REQUIRES: rank > 0
  int64_t Dim(int rank) { return Pick(2 * rank) - rank; }
  // Some of them, in order; perhaps none.
  Dims SomeDims(int rank);
  std::vector<int64_t> Indices(int64_t count, int64_t size);
  std::vector<int64_t> Permutation(int64_t size);

  const StridedTensor& At(const Operand& operand) const {
    return registers_[operand.number_of_register];
  }
  // A register of numbers that `fits`, later ones more often, so that programs are deep.
  std::optional<Operand> Where(const std::function<bool(const StridedTensor&)>& fits);
  std::optional<Operand> Any();
  std::optional<Operand> OfRank(int low, int high);
  std::optional<Operand> OfShape(const Dims& shape);
  std::optional<Operand> Mask();

 private:
  std::optional<Operand> Register(const std::function<bool(const StridedTensor&)>& fits);
  std::mt19937_64& random_;
  const std::vector<StridedTensor>& registers_;
};

using Inputs = std::vector<StridedTensor>;

struct ProgramOp {
  std::string name;
  std::function<MaybeCall(Chooser&)> make;
  // A new tensor, or a view of inputs[0]. Nothing where shapes do not fit, or where an operand is
  // so near a kink or a pole that rounding decides what the derivative is.
  std::function<std::optional<StridedTensor>(const Inputs&, const Attributes&)> compute;
  int weight = 1;  // how often it is tried, compared with the others
  bool only_in_place = false;
};

// By family.
std::vector<ProgramOp> PointwiseProgramOps();
std::vector<ProgramOp> ViewProgramOps();
std::vector<ProgramOp> ReductionProgramOps();
std::vector<ProgramOp> LineProgramOps();
std::vector<ProgramOp> IndexProgramOps();
std::vector<ProgramOp> IndexTensorsProgramOps();
std::vector<ProgramOp> CopyProgramOps();
std::vector<ProgramOp> LinearProgramOps();
std::vector<ProgramOp> LossProgramOps();
const std::vector<ProgramOp>& AllProgramOps();
const ProgramOp& ProgramOpNamed(const std::string& name);

// Nearer to a kink, a pole or each other than this, operands are not computed with.
inline constexpr double kMargin = 1e-3;

// `dim` counted from the front.
inline int64_t FromFront(int64_t dim, int rank) { return dim < 0 ? dim + rank : dim; }

}  // namespace gradd::testing
