// Views: the same storage under another shape.
#include <algorithm>

#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Result = std::optional<StridedTensor>;

void Erase(StridedTensor& view, int64_t dim) {
  view.shape.erase(view.shape.begin() + dim);
  view.strides.erase(view.strides.begin() + dim);
}

MaybeCall MakeTranspose(Chooser& choose) {
  const auto a = choose.OfRank(2, 4);
  if (!a) return std::nullopt;
  const int rank = choose.At(*a).rank();
  return Call{{*a}, {choose.Dim(rank), choose.Dim(rank)}};
}
Result Transpose(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  const int64_t i = FromFront(attributes.Int(0), view.rank());
  const int64_t j = FromFront(attributes.Int(1), view.rank());
  std::swap(view.shape[i], view.shape[j]);
  std::swap(view.strides[i], view.strides[j]);
  return view;
}

MaybeCall MakeT(Chooser& choose) {
  const auto a = choose.OfRank(0, 2);
  return a ? MaybeCall(Call{{*a}}) : std::nullopt;
}
Result T(const Inputs& inputs, const Attributes&) {
  return inputs[0].rank() == 2 ? Transpose(inputs, {int64_t{0}, int64_t{1}}) : inputs[0];
}

MaybeCall MakePermute(Chooser& choose) {
  const auto a = choose.OfRank(0, 4);
  if (!a) return std::nullopt;
  const std::vector<int64_t> order = choose.Permutation(choose.At(*a).rank());
  return Call{{*a}, {Dims(order.begin(), order.end())}};
}
Result Permute(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  for (int d = 0; d < view.rank(); ++d) {
    view.shape[d] = inputs[0].shape[attributes.Dims(0)[d]];
    view.strides[d] = inputs[0].strides[attributes.Dims(0)[d]];
  }
  return view;
}

MaybeCall MakeSelect(Chooser& choose) {
  const auto a = choose.OfRank(1, 4);
  if (!a) return std::nullopt;
  const StridedTensor& from = choose.At(*a);
  const int64_t dim = choose.Dim(from.rank());
  const int64_t size = from.shape[FromFront(dim, from.rank())];
  return Call{{*a}, {dim, choose.Pick(2 * size) - size}};
}
Result Select(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  const int64_t dim = FromFront(attributes.Int(0), view.rank());
  const int64_t at = attributes.Int(1);
  view.offset += (at < 0 ? at + view.shape[dim] : at) * view.strides[dim];
  Erase(view, dim);
  return view;
}

MaybeCall MakeSlice(Chooser& choose) {
  const auto a = choose.OfRank(1, 4);
  if (!a) return std::nullopt;
  const StridedTensor& from = choose.At(*a);
  const int64_t dim = choose.Dim(from.rank());
  const int64_t size = from.shape[FromFront(dim, from.rank())];
  const int64_t start = choose.Pick(size);
  const int64_t end = start + 1 + choose.Pick(size - start);
  return Call{{*a}, {dim, start, end, 1 + choose.Pick(2)}};
}
Result Slice(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  const int64_t dim = FromFront(attributes.Int(0), view.rank());
  const int64_t start = attributes.Int(1), end = attributes.Int(2), step = attributes.Int(3);
  view.offset += start * view.strides[dim];
  view.shape[dim] = (end - start + step - 1) / step;
  view.strides[dim] *= step;
  return view;
}

MaybeCall MakeExpand(Chooser& choose) {
  const auto a = choose.OfRank(0, 3);
  if (!a) return std::nullopt;
  Dims shape;
  const StridedTensor& from = choose.At(*a);
  if (from.rank() < 3 && choose.Coin()) shape.push_back(2);
  for (const int64_t size : from.shape) {
    shape.push_back(size == 1 ? 3 : choose.Coin() ? size : -1);
  }
  return Call{{*a}, {shape}};
}
Result Expand(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& from = inputs[0];
  StridedTensor view = from;
  view.shape = attributes.Dims(0);
  view.strides.assign(view.shape.size(), 0);
  const int added = view.rank() - from.rank();
  for (int d = 0; d < from.rank(); ++d) {
    if (view.shape[d + added] == -1) view.shape[d + added] = from.shape[d];
    if (from.shape[d] != 1) view.strides[d + added] = from.strides[d];
  }
  return view;
}

MaybeCall MakeView(Chooser& choose) {
  const auto a = choose.Where([](const StridedTensor& x) { return x.is_contiguous(); });
  if (!a) return std::nullopt;
  const int64_t count = choose.At(*a).count();
  Dims shape = {choose.Coin() ? count : -1};
  if (count % 2 == 0 && choose.Coin()) shape = {2, count / 2};
  if (count % 3 == 0 && choose.Coin()) shape = {count / 3, -1};
  return Call{{*a}, {shape}};
}
Result View(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  view.shape = attributes.Dims(0);
  int64_t known = 1;
  for (const int64_t size : view.shape) known *= size == -1 ? 1 : size;
  std::replace(view.shape.begin(), view.shape.end(), int64_t{-1}, inputs[0].count() / known);
  view.strides = ContiguousStrides(view.shape);
  return view;
}

MaybeCall MakeUnsqueeze(Chooser& choose) {
  const auto a = choose.OfRank(0, 3);
  return a ? MaybeCall(Call{{*a}, {choose.Dim(choose.At(*a).rank() + 1)}}) : std::nullopt;
}
Result Unsqueeze(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  const int64_t dim = FromFront(attributes.Int(0), view.rank() + 1);
  view.shape.insert(view.shape.begin() + dim, 1);
  // Never walked, but said when the view is asked whether it is contiguous.
  view.strides.insert(view.strides.begin() + dim, 1);
  return view;
}

MaybeCall MakeSqueeze(Chooser& choose) {
  const auto a = choose.Any();
  if (!a) return std::nullopt;
  if (choose.Pick(3) == 0) return Call{{*a}, {std::monostate()}};
  return Call{{*a}, {choose.SomeDims(choose.At(*a).rank())}};
}
Result Squeeze(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  const int rank = view.rank();
  for (int d = rank - 1; d >= 0; --d) {
    bool goes = !attributes.Has(0);
    for (size_t i = 0; !goes && i < attributes.Dims(0).size(); ++i) {
      goes = FromFront(attributes.Dims(0)[i], rank) == d;
    }
    if (goes && view.shape[d] == 1) Erase(view, d);
  }
  return view;
}

MaybeCall MakeDiagonal(Chooser& choose) {
  const auto a = choose.OfRank(2, 4);
  if (!a) return std::nullopt;
  const std::vector<int64_t> order = choose.Permutation(choose.At(*a).rank());
  return Call{{*a}, {choose.Pick(3) - 1, order[0], order[1]}};
}
Result Diagonal(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  const int64_t offset = attributes.Int(0), rows = attributes.Int(1), columns = attributes.Int(2);
  const int64_t down = std::max<int64_t>(-offset, 0), right = std::max<int64_t>(offset, 0);
  const int64_t length = std::min(view.shape[rows] - down, view.shape[columns] - right);
  if (length <= 0) return std::nullopt;
  view.offset += down * view.strides[rows] + right * view.strides[columns];
  const int64_t stride = view.strides[rows] + view.strides[columns];
  Erase(view, std::max(rows, columns));
  Erase(view, std::min(rows, columns));
  view.shape.push_back(length);
  view.strides.push_back(stride);
  return view;
}

// Of what fills a storage: strides that overlap, and ones that leave elements out.
MaybeCall MakeAsStrided(Chooser& choose) {
  const auto a = choose.Where(
      [](const StridedTensor& x) { return x.is_contiguous() && x.count() >= 4 && x.offset == 0; });
  if (!a) return std::nullopt;
  if (choose.Coin()) return Call{{*a}, {Dims{2, 2}, Dims{1, 1}, choose.Pick(2)}};
  return Call{{*a}, {Dims{2}, Dims{2}, choose.Pick(2)}};
}
Result AsStrided(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor view = inputs[0];
  view.shape = attributes.Dims(0);
  view.strides = attributes.Dims(1);
  view.offset += attributes.Int(2);
  return view;
}

MaybeCall MakeDetach(Chooser& choose) {
  const auto a = choose.Any();
  return a ? MaybeCall(Call{{*a}}) : std::nullopt;
}
Result Detach(const Inputs& inputs, const Attributes&) {
  StridedTensor view = inputs[0];
  view.is_detached = true;
  return view;
}

}  // namespace

std::vector<ProgramOp> ViewProgramOps() {
  return {
      {"transpose", MakeTranspose, Transpose, 3},
      {"t", MakeT, T},
      {"permute", MakePermute, Permute, 2},
      {"select", MakeSelect, Select, 4},
      {"slice", MakeSlice, Slice, 4},
      {"expand", MakeExpand, Expand, 3},
      {"view", MakeView, View, 3},
      {"unsqueeze", MakeUnsqueeze, Unsqueeze},
      {"squeeze", MakeSqueeze, Squeeze, 2},
      {"diagonal", MakeDiagonal, Diagonal, 2},
      {"as_strided", MakeAsStrided, AsStrided},
      {"detach", MakeDetach, Detach},
  };
}

}  // namespace gradd::testing
