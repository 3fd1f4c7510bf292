// Products of matrices and vectors.
#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Result = std::optional<StridedTensor>;

StridedTensor Reshaped(const StridedTensor& a, Dims shape) {
  StridedTensor out = StridedTensor::New(shape);
  for (int64_t i = 0; i < out.count(); ++i) out.At(i) = a.Get(i);
  return out;
}

// Of matrices, and of stacks of them whose batch dimensions broadcast.
StridedTensor Product(const StridedTensor& a, const StridedTensor& b) {
  const int64_t inner = a.shape.back();
  Dims shape = *BroadcastShapes(DimsView(a.shape).first(a.shape.size() - 2),
                                DimsView(b.shape).first(b.shape.size() - 2));
  shape.push_back(a.shape[a.shape.size() - 2]);
  shape.push_back(b.shape.back());
  StridedTensor out = StridedTensor::New(shape);
  for (int64_t i = 0; i < out.count(); ++i) {
    const Dims index = IndexOf(i, shape);
    for (int64_t k = 0; k < inner; ++k) {
      Dims left = index, right = index;
      left.back() = k;
      right[right.size() - 2] = k;
      out.At(i) = out.At(i) + a.GetBroadcast(left) * b.GetBroadcast(right);
    }
  }
  return out;
}

bool BatchesFit(const StridedTensor& a, const StridedTensor& b) {
  if (a.rank() < 2 || b.rank() < 2) return true;
  return BroadcastShapes(DimsView(a.shape).first(a.shape.size() - 2),
                         DimsView(b.shape).first(b.shape.size() - 2))
      .ok();
}

// Two tensors with ranks in these bounds whose inner sizes agree.
MaybeCall MakePair(Chooser& choose, int low_a, int high_a, int low_b, int high_b) {
  const auto a = choose.OfRank(low_a, high_a);
  if (!a) return std::nullopt;
  const StridedTensor& left = choose.At(*a);
  const auto b = choose.Where([&](const StridedTensor& x) {
    if (x.rank() < low_b || x.rank() > high_b) return false;
    return x.shape[std::max(x.rank() - 2, 0)] == left.shape.back() && BatchesFit(left, x);
  });
  return b ? MaybeCall(Call{{*a, *b}}) : std::nullopt;
}

Result Matmul(const Inputs& inputs, const Attributes&) {
  StridedTensor a = inputs[0], b = inputs[1];
  if (a.rank() == 1) a = Reshaped(a, {1, a.count()});
  if (b.rank() == 1) b = Reshaped(b, {b.count(), 1});
  const StridedTensor product = Product(a, b);
  Dims shape = product.shape;
  if (inputs[1].rank() == 1) shape.pop_back();
  if (inputs[0].rank() == 1) shape.erase(shape.end() - (inputs[1].rank() == 1 ? 1 : 2));
  return Reshaped(product, shape);
}

MaybeCall MakeBmm(Chooser& choose) {
  const MaybeCall call = MakePair(choose, 3, 3, 3, 3);
  if (!call) return call;
  const bool same = choose.At(call->operands[0]).shape[0] == choose.At(call->operands[1]).shape[0];
  return same ? call : std::nullopt;
}

MaybeCall MakeOuter(Chooser& choose) {
  const auto a = choose.OfRank(1, 1), b = choose.OfRank(1, 1);
  return a && b ? MaybeCall(Call{{*a, *b}}) : std::nullopt;
}
Result Outer(const Inputs& inputs, const Attributes&) {
  return Product(Reshaped(inputs[0], {inputs[0].count(), 1}),
                 Reshaped(inputs[1], {1, inputs[1].count()}));
}

// What broadcasts to [rows, columns].
std::optional<Operand> Addend(Chooser& choose, int64_t rows, int64_t columns) {
  return choose.Where([&](const StridedTensor& x) {
    const auto together = BroadcastShapes(x.shape, Dims{rows, columns});
    return together.ok() && *together == Dims{rows, columns};
  });
}

MaybeCall MakeAddmm(Chooser& choose) {
  const MaybeCall pair = MakePair(choose, 2, 2, 2, 2);
  if (!pair) return std::nullopt;
  const auto input =
      Addend(choose, choose.At(pair->operands[0]).shape[0], choose.At(pair->operands[1]).shape[1]);
  if (!input) return std::nullopt;
  const Scalar beta = choose.Coin() ? Scalar(1) : Scalar(choose.Number(-1, 1));
  const Scalar alpha = choose.Coin() ? Scalar(1) : Scalar(choose.Number(-1, 1));
  return Call{{*input, pair->operands[0], pair->operands[1]}, {beta, alpha}};
}
Result Addmm(const Inputs& inputs, const Attributes& attributes) {
  StridedTensor out = Product(inputs[1], inputs[2]);
  const HyperDual beta = attributes.Scalar(0).To<double>();
  const HyperDual alpha = attributes.Scalar(1).To<double>();
  for (int64_t i = 0; i < out.count(); ++i) {
    out.At(i) = beta * inputs[0].GetBroadcast(IndexOf(i, out.shape)) + alpha * out.At(i);
  }
  return out;
}

MaybeCall MakeLinear(Chooser& choose) {
  const auto input = choose.OfRank(1, 3);
  if (!input) return std::nullopt;
  const auto weight = choose.Where([&](const StridedTensor& x) {
    return x.rank() == 2 && x.shape[1] == choose.At(*input).shape.back();
  });
  if (!weight) return std::nullopt;
  const auto bias = choose.OfShape({choose.At(*weight).shape[0]});
  if (!bias) return std::nullopt;
  return Call{{*input, *weight, *bias}};
}
Result Linear(const Inputs& inputs, const Attributes&) {
  const StridedTensor& weight = inputs[1];
  Dims shape = inputs[0].shape;
  shape.back() = weight.shape[0];
  StridedTensor out = StridedTensor::New(shape);
  for (int64_t i = 0; i < out.count(); ++i) {
    Dims index = IndexOf(i, shape);
    const int64_t feature = index.back();
    HyperDual sum = inputs[2].Get(feature);
    for (int64_t k = 0; k < weight.shape[1]; ++k) {
      index.back() = k;
      sum = sum + inputs[0].GetAt(index) * weight.GetAt({feature, k});
    }
    out.At(i) = sum;
  }
  return out;
}

}  // namespace

std::vector<ProgramOp> LinearProgramOps() {
  return {
      {"matmul", [](Chooser& choose) { return MakePair(choose, 1, 3, 1, 3); }, Matmul, 3},
      {"mm", [](Chooser& choose) { return MakePair(choose, 2, 2, 2, 2); }, Matmul},
      {"mv", [](Chooser& choose) { return MakePair(choose, 2, 2, 1, 1); }, Matmul},
      {"dot", [](Chooser& choose) { return MakePair(choose, 1, 1, 1, 1); }, Matmul},
      {"bmm", MakeBmm, Matmul},
      {"outer", MakeOuter, Outer},
      {"addmm", MakeAddmm, Addmm, 2},
      {"linear", MakeLinear, Linear, 2},
  };
}

}  // namespace gradd::testing
