// Ops that are written x[...] in Python: index tensors for some dimensions, and masks.
#include <algorithm>

#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Result = std::optional<StridedTensor>;

int64_t Whole(const HyperDual& x) { return static_cast<int64_t>(x.f); }

// One index tensor, or two for neighbouring or distant dimensions.
struct Places {
  Operand operand;
  Dims dims;
  std::vector<Operand> indices;
};
std::optional<Places> ChoosePlaces(Chooser& choose, bool once) {
  const auto a = choose.OfRank(1, 3);
  if (!a) return std::nullopt;
  const Dims& shape = choose.At(*a).shape;
  Places places = {*a, {}, {}};
  for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d) {
    if (places.dims.size() < 2 && choose.Coin()) places.dims.push_back(d);
  }
  if (places.dims.empty()) places.dims = {choose.Pick(static_cast<int64_t>(shape.size()))};
  int64_t count = 1 + choose.Pick(3);
  for (const int64_t d : places.dims) count = once ? std::min(count, shape[d]) : count;
  for (const int64_t d : places.dims) {
    std::vector<int64_t> indices = choose.Indices(count, shape[d]);
    if (once) {
      indices = choose.Permutation(shape[d]);
      indices.resize(count);
    }
    places.indices.push_back(Operand::Indices({count}, indices));
  }
  return places;
}
// Where the one dimension of the index tensors goes among those that stay.
size_t PlaceOfEntries(const Dims& dims) {
  return dims.size() == 1 || dims[1] == dims[0] + 1 ? dims[0] : 0;
}
// The index into the input that an index of the result stands for.
Dims Resolve(Dims index, const Dims& dims, absl::Span<const StridedTensor> indices) {
  const size_t place = PlaceOfEntries(dims);
  const int64_t entry = index[place];
  index.erase(index.begin() + static_cast<int64_t>(place));
  for (size_t i = 0; i < dims.size(); ++i) {
    index.insert(index.begin() + dims[i], Whole(indices[i].Get(entry)));
  }
  return index;
}
Dims IndexedShape(Dims shape, const Dims& dims, int64_t entries) {
  for (size_t i = dims.size(); i-- > 0;) shape.erase(shape.begin() + dims[i]);
  shape.insert(shape.begin() + static_cast<int64_t>(PlaceOfEntries(dims)), entries);
  return shape;
}

MaybeCall MakeIndex(Chooser& choose) {
  const auto places = ChoosePlaces(choose, false);
  if (!places) return std::nullopt;
  Call call = {{places->operand}, {places->dims}};
  call.operands.insert(call.operands.end(), places->indices.begin(), places->indices.end());
  return call;
}
Result Index(const Inputs& inputs, const Attributes& attributes) {
  const Dims& dims = attributes.Dims(0);
  const auto indices = absl::MakeConstSpan(inputs).subspan(1);
  return Filled(IndexedShape(inputs[0].shape, dims, indices[0].count()),
                [&](const Dims& index) { return inputs[0].GetAt(Resolve(index, dims, indices)); });
}

MaybeCall MakeIndexPut(Chooser& choose) {
  const bool accumulate = choose.Coin();
  const auto places = ChoosePlaces(choose, !accumulate);
  if (!places) return std::nullopt;
  const Dims shape =
      IndexedShape(choose.At(places->operand).shape, places->dims, places->indices[0].shape[0]);
  const auto values = choose.Where([&](const StridedTensor& x) {
    const absl::StatusOr<Dims> together = BroadcastShapes(x.shape, shape);
    return together.ok() && *together == shape;
  });
  Call call = {{places->operand, values ? *values : Operand::Number(choose.Number(-1, 1))},
               {places->dims, accumulate}};
  call.operands.insert(call.operands.end(), places->indices.begin(), places->indices.end());
  return call;
}
Result IndexPut(const Inputs& inputs, const Attributes& attributes) {
  const Dims& dims = attributes.Dims(0);
  const auto indices = absl::MakeConstSpan(inputs).subspan(2);
  const Dims shape = IndexedShape(inputs[0].shape, dims, indices[0].count());
  StridedTensor out = CopyOf(inputs[0]);
  for (int64_t i = 0; i < ElementCount(shape); ++i) {
    const Dims from = IndexOf(i, shape);
    HyperDual& to = out.At(PositionOf(Resolve(from, dims, indices), out.shape));
    to = attributes.Bool(1) ? to + inputs[1].GetBroadcast(from) : inputs[1].GetBroadcast(from);
  }
  return out;
}

MaybeCall MakeMaskedSelect(Chooser& choose) {
  const auto a = choose.Any(), mask = choose.Mask();
  return a && mask ? MaybeCall(Call{{*a, *mask}}) : std::nullopt;
}
// At least one element: shapes of none are the conformance tests'.
Result MaskedSelect(const Inputs& inputs, const Attributes&) {
  const absl::StatusOr<Dims> shape = BroadcastShapes(inputs[0].shape, inputs[1].shape);
  if (!shape.ok()) return std::nullopt;
  std::vector<HyperDual> taken;
  for (int64_t i = 0; i < ElementCount(*shape); ++i) {
    const Dims index = IndexOf(i, *shape);
    if (inputs[1].GetBroadcast(index).f != 0) taken.push_back(inputs[0].GetBroadcast(index));
  }
  if (taken.empty()) return std::nullopt;
  StridedTensor out = StridedTensor::New({static_cast<int64_t>(taken.size())});
  out.storage->elements = taken;
  return out;
}

}  // namespace

std::vector<ProgramOp> IndexTensorsProgramOps() {
  return {
      {"index", MakeIndex, Index},
      {"index_put", MakeIndexPut, IndexPut},
      {"masked_select", MakeMaskedSelect, MaskedSelect},
  };
}

}  // namespace gradd::testing
