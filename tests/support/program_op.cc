#include "tests/support/program_op.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace gradd::testing {

Dims Chooser::SomeDims(int rank) {
  Dims dims;
  for (int d = 0; d < rank; ++d) {
    if (Coin()) dims.push_back(Coin() ? d : d - rank);
  }
  return dims;
}

std::vector<int64_t> Chooser::Indices(int64_t count, int64_t size) {
  std::vector<int64_t> indices(count);
  for (int64_t& index : indices) index = Pick(size);
  return indices;
}

std::vector<int64_t> Chooser::Permutation(int64_t size) {
  std::vector<int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = size; i > 1; --i) std::swap(order[i - 1], order[Pick(i)]);
  return order;
}

std::optional<Operand> Chooser::Register(const std::function<bool(const StridedTensor&)>& fits) {
  std::vector<int> found;
  for (size_t i = 0; i < registers_.size(); ++i) {
    if (fits(registers_[i])) found.push_back(static_cast<int>(i));
  }
  if (found.empty()) return std::nullopt;
  const int64_t n = static_cast<int64_t>(found.size());
  return Operand::Register(found[std::max(Pick(n), Pick(n))]);
}

std::optional<Operand> Chooser::Where(const std::function<bool(const StridedTensor&)>& fits) {
  return Register(
      [&](const StridedTensor& x) { return x.elements == Elements::kNumbers && fits(x); });
}
std::optional<Operand> Chooser::Any() {
  return Where([](const StridedTensor&) { return true; });
}
std::optional<Operand> Chooser::OfRank(int low, int high) {
  return Where([=](const StridedTensor& x) { return x.rank() >= low && x.rank() <= high; });
}
std::optional<Operand> Chooser::OfShape(const Dims& shape) {
  return Where([&](const StridedTensor& x) { return x.shape == shape; });
}
std::optional<Operand> Chooser::Mask() {
  return Register([](const StridedTensor& x) { return x.elements == Elements::kBools; });
}

const std::vector<ProgramOp>& AllProgramOps() {
  static const auto* const kOps = [] {
    auto* all = new std::vector<ProgramOp>;
    for (const auto& family : {PointwiseProgramOps(), ViewProgramOps(), ReductionProgramOps(),
                               LineProgramOps(), IndexProgramOps(), IndexTensorsProgramOps(),
                               CopyProgramOps(), LinearProgramOps(), LossProgramOps()}) {
      all->insert(all->end(), family.begin(), family.end());
    }
    return all;
  }();
  return *kOps;
}

const ProgramOp& ProgramOpNamed(const std::string& name) {
  for (const ProgramOp& op : AllProgramOps()) {
    if (op.name == name) return op;
  }
  std::abort();  // the generator's own mistake
}

}  // namespace gradd::testing
