// Ops that take or put elements by index.
#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Result = std::optional<StridedTensor>;

int64_t Whole(const HyperDual& x) { return static_cast<int64_t>(x.f); }

struct Along {
  Operand operand;
  int64_t dim, size;
  Dims shape;
};
std::optional<Along> ChooseAlong(Chooser& choose) {
  const auto a = choose.OfRank(1, 3);
  if (!a) return std::nullopt;
  const Dims& shape = choose.At(*a).shape;
  const int64_t dim = choose.Dim(choose.At(*a).rank());
  return Along{*a, dim, shape[FromFront(dim, static_cast<int>(shape.size()))], shape};
}

MaybeCall MakeIndexSelect(Chooser& choose) {
  const auto along = ChooseAlong(choose);
  if (!along) return std::nullopt;
  const int64_t count = 1 + choose.Pick(3);
  return Call{{along->operand, Operand::Indices({count}, choose.Indices(count, along->size))},
              {along->dim}};
}
Result IndexSelect(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& a = inputs[0];
  const int64_t dim = FromFront(attributes.Int(0), a.rank());
  Dims shape = a.shape;
  shape[dim] = inputs[1].count();
  return Filled(shape, [&](Dims index) {
    index[dim] = Whole(inputs[1].Get(index[dim]));
    return a.GetAt(index);
  });
}

MaybeCall MakeIndexAdd(Chooser& choose) {
  const auto along = ChooseAlong(choose);
  if (!along) return std::nullopt;
  const size_t dim = FromFront(along->dim, static_cast<int>(along->shape.size()));
  const auto source = choose.Where([&](const StridedTensor& x) {
    if (x.rank() != static_cast<int>(along->shape.size())) return false;
    Dims other = x.shape;
    other[dim] = along->size;
    return other == along->shape;
  });
  const int64_t count = choose.At(*source).shape[dim];
  return Call{
      {along->operand, Operand::Indices({count}, choose.Indices(count, along->size)), *source},
      {along->dim}};
}
Result IndexAdd(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& source = inputs[2];
  const int64_t dim = FromFront(attributes.Int(0), source.rank());
  StridedTensor out = CopyOf(inputs[0]);
  for (int64_t i = 0; i < source.count(); ++i) {
    Dims index = IndexOf(i, source.shape);
    index[dim] = Whole(inputs[1].Get(index[dim]));
    HyperDual& to = out.At(PositionOf(index, out.shape));
    to = to + source.Get(i);
  }
  return out;
}

// An index for each element; its size along the dimension is its own.
MaybeCall MakeGather(Chooser& choose) {
  const auto along = ChooseAlong(choose);
  if (!along) return std::nullopt;
  Dims shape = along->shape;
  shape[FromFront(along->dim, static_cast<int>(shape.size()))] = 1 + choose.Pick(3);
  const int64_t count = ElementCount(shape);
  return Call{{along->operand, Operand::Indices(shape, choose.Indices(count, along->size))},
              {along->dim}};
}
Result Gather(const Inputs& inputs, const Attributes& attributes) {
  const int64_t dim = FromFront(attributes.Int(0), inputs[0].rank());
  return Filled(inputs[1].shape, [&](Dims index) {
    index[dim] = Whole(inputs[1].GetAt(index));
    return inputs[0].GetAt(index);
  });
}

// For scatter each place along the dimension is named once: what stays else is not said.
template <bool kAdd>
MaybeCall MakeScatter(Chooser& choose) {
  const auto along = ChooseAlong(choose);
  if (!along) return std::nullopt;
  const auto source = choose.OfShape(along->shape);
  const std::vector<int64_t> order = choose.Permutation(along->size);
  const size_t dim = FromFront(along->dim, static_cast<int>(along->shape.size()));
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < ElementCount(along->shape); ++i) {
    const int64_t at = IndexOf(i, along->shape)[dim];
    indices.push_back(kAdd ? choose.Pick(along->size) : order[at]);
  }
  const bool is_number = !kAdd && choose.Pick(3) == 0;
  return Call{{along->operand, Operand::Indices(along->shape, indices),
               is_number ? Operand::Number(choose.Number(-1, 1)) : *source},
              {along->dim}};
}
template <bool kAdd>
Result Scatter(const Inputs& inputs, const Attributes& attributes) {
  const int64_t dim = FromFront(attributes.Int(0), inputs[0].rank());
  StridedTensor out = CopyOf(inputs[0]);
  for (int64_t i = 0; i < inputs[1].count(); ++i) {
    const Dims from = IndexOf(i, inputs[1].shape);
    Dims to = from;
    to[dim] = Whole(inputs[1].GetAt(from));
    HyperDual& element = out.At(PositionOf(to, out.shape));
    element = kAdd ? element + inputs[2].GetBroadcast(from) : inputs[2].GetBroadcast(from);
  }
  return out;
}

MaybeCall MakeEmbedding(Chooser& choose) {
  const auto weight = choose.OfRank(2, 2);
  if (!weight) return std::nullopt;
  const int64_t rows = choose.At(*weight).shape[0];
  const Dims shape = choose.Coin() ? Dims{2} : Dims{2, 2};
  const int64_t padding = choose.Pick(3) == 0 ? choose.Pick(rows) : -1;
  return Call{{*weight, Operand::Indices(shape, choose.Indices(ElementCount(shape), rows))},
              {padding}};
}
Result Embedding(const Inputs& inputs, const Attributes& attributes) {
  Dims shape = inputs[1].shape;
  shape.push_back(inputs[0].shape[1]);
  return Filled(shape, [&](Dims index) {
    const int64_t column = index.back();
    index.pop_back();
    const int64_t row = Whole(inputs[1].GetAt(index));
    const HyperDual element = inputs[0].GetAt({row, column});
    return row == attributes.Int(0) ? HyperDual(element.f) : element;
  });
}

}  // namespace

std::vector<ProgramOp> IndexProgramOps() {
  return {
      {"index_select", MakeIndexSelect, IndexSelect, 2},
      {"index_add", MakeIndexAdd, IndexAdd},
      {"gather", MakeGather, Gather},
      {"scatter", MakeScatter<false>, Scatter<false>},
      {"scatter_add", MakeScatter<true>, Scatter<true>},
      {"embedding", MakeEmbedding, Embedding},
  };
}

}  // namespace gradd::testing
