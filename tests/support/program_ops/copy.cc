// Ops that copy elements, whole or in part.
#include <algorithm>

#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Result = std::optional<StridedTensor>;

MaybeCall MakeSame(Chooser& choose) {
  const auto a = choose.Any();
  return a ? MaybeCall(Call{{*a}}) : std::nullopt;
}
Result Clone(const Inputs& inputs, const Attributes&) { return CopyOf(inputs[0]); }
Result Zero(const Inputs& inputs, const Attributes&) { return StridedTensor::New(inputs[0].shape); }

MaybeCall MakeTo(Chooser& choose) {
  const auto a = choose.Any();
  return a ? MaybeCall(Call{{*a}, {DType::kFloat64, std::monostate()}}) : std::nullopt;
}

MaybeCall MakeCopy(Chooser& choose) {
  const auto a = choose.Any(), b = choose.Any();
  if (!a || !b) return std::nullopt;
  return Call{{*a, choose.Pick(4) == 0 ? Operand::Number(choose.Number(-1, 1)) : *b}};
}
Result Copy(const Inputs& inputs, const Attributes&) {
  const absl::StatusOr<Dims> together = BroadcastShapes(inputs[0].shape, inputs[1].shape);
  if (!together.ok() || *together != inputs[0].shape) return std::nullopt;
  return Filled(inputs[0].shape, [&](const Dims& index) { return inputs[1].GetBroadcast(index); });
}

MaybeCall MakeFill(Chooser& choose) {
  const auto a = choose.Any(), b = choose.OfRank(0, 0);
  if (!a) return std::nullopt;
  return Call{{*a, b && choose.Coin() ? *b : Operand::Number(choose.Number(-1, 1))}};
}

MaybeCall MakeTriangle(Chooser& choose) {
  const auto a = choose.OfRank(2, 4);
  return a ? MaybeCall(Call{{*a}, {choose.Pick(4) - 2}}) : std::nullopt;
}
template <bool kUpper>
Result Triangle(const Inputs& inputs, const Attributes& attributes) {
  return Filled(inputs[0].shape, [&](const Dims& index) {
    const int64_t above = index.back() - index[index.size() - 2] - attributes.Int(0);
    return (kUpper ? above >= 0 : above <= 0) ? inputs[0].GetAt(index) : HyperDual();
  });
}

MaybeCall MakeFlip(Chooser& choose) {
  const auto a = choose.Any();
  return a ? MaybeCall(Call{{*a}, {choose.SomeDims(choose.At(*a).rank())}}) : std::nullopt;
}
Result Flip(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& a = inputs[0];
  return Filled(a.shape, [&](Dims index) {
    for (const int64_t dim : attributes.Dims(0)) {
      const int64_t d = FromFront(dim, a.rank());
      index[d] = a.shape[d] - 1 - index[d];
    }
    return a.GetAt(index);
  });
}

// Along some dimensions, or along none: then of all elements in a row.
MaybeCall MakeRoll(Chooser& choose) {
  const auto a = choose.Any();
  if (!a) return std::nullopt;
  const Dims dims = choose.SomeDims(choose.At(*a).rank());
  Dims shifts(std::max<size_t>(dims.size(), 1));
  for (int64_t& shift : shifts) shift = choose.Pick(9) - 4;
  return Call{{*a}, {shifts, dims}};
}
Result Roll(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& a = inputs[0];
  const Dims& shifts = attributes.Dims(0);
  const Dims& dims = attributes.Dims(1);
  const auto rolled = [](int64_t at, int64_t shift, int64_t size) {
    return ((at - shift) % size + size) % size;
  };
  return Filled(a.shape, [&](Dims index) {
    if (dims.empty()) return a.Get(rolled(PositionOf(index, a.shape), shifts[0], a.count()));
    for (size_t i = 0; i < dims.size(); ++i) {
      const int64_t d = FromFront(dims[i], a.rank());
      index[d] = rolled(index[d], shifts[i], a.shape[d]);
    }
    return a.GetAt(index);
  });
}

// Margins of the last dimension, or of the last two; negative ones cut off.
MaybeCall MakePad(Chooser& choose) {
  const auto a = choose.OfRank(1, 3);
  if (!a) return std::nullopt;
  Dims pad(choose.At(*a).rank() > 1 && choose.Coin() ? 4 : 2);
  for (int64_t& size : pad) size = choose.Pick(4) - 1;
  return Call{{*a}, {pad, Scalar(choose.Number(-1, 1))}};
}
Result Pad(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& a = inputs[0];
  const Dims& pad = attributes.Dims(0);
  Dims shape = a.shape, before(a.shape.size());
  for (size_t i = 0; i < pad.size() / 2; ++i) {
    const size_t d = shape.size() - 1 - i;
    before[d] = pad[2 * i];
    shape[d] += pad[2 * i] + pad[2 * i + 1];
    if (shape[d] <= 0) return std::nullopt;
  }
  return Filled(shape, [&](Dims index) {
    for (size_t d = 0; d < index.size(); ++d) {
      index[d] -= before[d];
      if (index[d] < 0 || index[d] >= a.shape[d]) {
        return HyperDual(attributes.Scalar(1).To<double>());
      }
    }
    return a.GetAt(index);
  });
}

MaybeCall MakeRepeat(Chooser& choose) {
  const auto a = choose.OfRank(0, 2);
  if (!a) return std::nullopt;
  Dims repeats(choose.At(*a).rank() + choose.Pick(2));
  for (int64_t& times : repeats) times = 1 + choose.Pick(2);
  return Call{{*a}, {repeats}};
}
Result Repeat(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& a = inputs[0];
  Dims shape = attributes.Dims(0);
  const size_t added = shape.size() - a.shape.size();
  for (size_t d = 0; d < a.shape.size(); ++d) shape[d + added] *= a.shape[d];
  return Filled(shape, [&](Dims index) {
    index.erase(index.begin(), index.begin() + static_cast<int64_t>(added));
    for (size_t d = 0; d < index.size(); ++d) index[d] %= a.shape[d];
    return a.GetAt(index);
  });
}

// Up to three that fit the first one along `dim`.
MaybeCall MakeCat(Chooser& choose) {
  const auto a = choose.OfRank(1, 3);
  if (!a) return std::nullopt;
  const Dims& shape = choose.At(*a).shape;
  const int rank = choose.At(*a).rank();
  const int64_t dim = choose.Dim(rank), d = FromFront(dim, rank);
  Call call = {{*a}, {dim}};
  for (int64_t more = choose.Pick(3); more > 0; --more) {
    call.operands.push_back(*choose.Where([&](const StridedTensor& x) {
      if (x.rank() != rank) return false;
      Dims other = x.shape;
      other[d] = shape[d];
      return other == shape;
    }));
  }
  return call;
}
Result Cat(const Inputs& inputs, const Attributes& attributes) {
  const int64_t dim = FromFront(attributes.Int(0), inputs[0].rank());
  Dims shape = inputs[0].shape;
  shape[dim] = 0;
  for (const StridedTensor& input : inputs) shape[dim] += input.shape[dim];
  return Filled(shape, [&](Dims index) {
    size_t i = 0;
    for (; index[dim] >= inputs[i].shape[dim]; ++i) index[dim] -= inputs[i].shape[dim];
    return inputs[i].GetAt(index);
  });
}

MaybeCall MakeStack(Chooser& choose) {
  const auto a = choose.OfRank(0, 2);
  if (!a) return std::nullopt;
  Call call = {{*a}, {choose.Dim(choose.At(*a).rank() + 1)}};
  for (int64_t more = choose.Pick(3); more > 0; --more) {
    call.operands.push_back(*choose.OfShape(choose.At(*a).shape));
  }
  return call;
}
Result Stack(const Inputs& inputs, const Attributes& attributes) {
  const int64_t dim = FromFront(attributes.Int(0), inputs[0].rank() + 1);
  Dims shape = inputs[0].shape;
  shape.insert(shape.begin() + dim, static_cast<int64_t>(inputs.size()));
  return Filled(shape, [&](Dims index) {
    const StridedTensor& from = inputs[index[dim]];
    index.erase(index.begin() + dim);
    return from.GetAt(index);
  });
}

}  // namespace

std::vector<ProgramOp> CopyProgramOps() {
  return {
      {"clone", MakeSame, Clone},
      {"to", MakeTo, Clone},
      {"zero", MakeSame, Zero},
      {"copy", MakeCopy, Copy, 3, true},
      {"fill", MakeFill, Copy},
      {"tril", MakeTriangle, Triangle<false>},
      {"triu", MakeTriangle, Triangle<true>},
      {"flip", MakeFlip, Flip},
      {"roll", MakeRoll, Roll},
      {"constant_pad_nd", MakePad, Pad},
      {"repeat", MakeRepeat, Repeat},
      {"cat", MakeCat, Cat, 2},
      {"stack", MakeStack, Stack, 2},
  };
}

}  // namespace gradd::testing
