// Losses, with each of their reductions.
#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Element = HyperDual;
using Result = std::optional<StridedTensor>;
enum Reduction : int64_t { kNone = 0, kMean = 1, kSum = 2 };

StridedTensor Reduce(const StridedTensor& losses, int64_t reduction, double count) {
  if (reduction == kNone) return losses;
  StridedTensor out = StridedTensor::New({});
  for (int64_t i = 0; i < losses.count(); ++i) out.At(0) = out.At(0) + losses.Get(i);
  if (reduction == kMean) out.At(0) = out.At(0) / Element(count);
  return out;
}

// Of an input and a target of one shape, element by element. `beta` is smooth_l1_loss's.
struct Row {
  const char* name;
  bool has_beta;
  Element (*value)(const Element& x, const Element& t, double beta);
  bool (*is_smooth)(const Element& x, const Element& t, double beta);
};

const Row kRows[] = {
    {"mse_loss", false,
     [](const Element& x, const Element& t, double) { return (x - t) * (x - t); },
     [](const Element&, const Element&, double) { return true; }},
    {"l1_loss", false, [](const Element& x, const Element& t, double) { return abs(x - t); },
     [](const Element& x, const Element& t, double) { return std::fabs(x.f - t.f) > kMargin; }},
    {"smooth_l1_loss", true,
     [](const Element& x, const Element& t, double beta) {
       const Element z = abs(x - t);
       return z.f < beta ? z * z / Element(2 * beta) : z - Element(beta / 2);
     },
     [](const Element& x, const Element& t, double beta) {
       return std::fabs(std::fabs(x.f - t.f) - beta) > kMargin;
     }},
    {"binary_cross_entropy_with_logits", false,
     [](const Element& x, const Element& t, double) {
       return x.f < 0 ? log1p(exp(x)) - t * x : (Element(1) - t) * x + log1p(exp(-x));
     },
     [](const Element&, const Element&, double) { return true; }},
};

MaybeCall Make(const Row& row, Chooser& choose) {
  const auto input = choose.Any();
  if (!input) return std::nullopt;
  const Operand target = *choose.OfShape(choose.At(*input).shape);
  const int64_t reduction = choose.Pick(3);
  if (!row.has_beta) return Call{{*input, target}, {reduction}};
  return Call{{*input, target}, {reduction, choose.Number(0.2, 2)}};
}

Result Compute(const Row& row, const Inputs& inputs, const Attributes& attributes) {
  const double beta = row.has_beta ? attributes.Float(1) : 0;
  StridedTensor losses = StridedTensor::New(inputs[0].shape);
  for (int64_t i = 0; i < losses.count(); ++i) {
    const Element x = inputs[0].Get(i), target = inputs[1].Get(i);
    if (!row.is_smooth(x, target, beta)) return std::nullopt;
    losses.At(i) = row.value(x, target, beta);
  }
  return Reduce(losses, attributes.Int(0), static_cast<double>(losses.count()));
}

// Inputs are [C], [N, C] or [N, C, d].
int ClassDim(const StridedTensor& input) { return input.rank() == 1 ? 0 : 1; }

// The losses of the targets that are not `ignored`, and how many these are.
struct Losses {
  StridedTensor of_targets;
  double count = 0;
};
Losses NegativeLogLikelihoods(const StridedTensor& input, const StridedTensor& target,
                              int64_t ignored) {
  Losses losses = {StridedTensor::New(target.shape)};
  for (int64_t i = 0; i < target.count(); ++i) {
    const auto of_class = static_cast<int64_t>(target.Get(i).f);
    if (of_class == ignored) continue;
    Dims index = IndexOf(i, target.shape);
    index.insert(index.begin() + ClassDim(input), of_class);
    losses.of_targets.At(i) = -input.GetAt(index);
    ++losses.count;
  }
  return losses;
}

// At least one target counts, else the mean is NaN.
MaybeCall MakeWithClasses(Chooser& choose, std::vector<AttributeValue> more) {
  const auto input = choose.OfRank(1, 3);
  if (!input) return std::nullopt;
  const StridedTensor& scores = choose.At(*input);
  Dims shape = scores.shape;
  const int64_t classes = shape[ClassDim(scores)];
  shape.erase(shape.begin() + ClassDim(scores));
  std::vector<int64_t> targets = choose.Indices(ElementCount(shape), classes);
  int64_t ignored = -100;
  for (size_t i = 0; i + 1 < targets.size(); ++i) {
    if (targets[i] == targets.back() || choose.Pick(3) != 0) continue;
    ignored = targets[i];
  }
  std::vector<AttributeValue> attributes = {ignored, choose.Pick(3)};
  attributes.insert(attributes.end(), more.begin(), more.end());
  return Call{{*input, Operand::Indices(shape, targets)}, Attributes(std::move(attributes))};
}

MaybeCall MakeNll(Chooser& choose) { return MakeWithClasses(choose, {}); }
Result Nll(const Inputs& inputs, const Attributes& attributes) {
  const Losses losses = NegativeLogLikelihoods(inputs[0], inputs[1], attributes.Int(0));
  return Reduce(losses.of_targets, attributes.Int(1), losses.count);
}

MaybeCall MakeCrossEntropy(Chooser& choose) {
  const double smoothing = choose.Coin() ? 0 : choose.Number(0, 0.5);
  if (choose.Coin()) return MakeWithClasses(choose, {smoothing});
  const auto input = choose.OfRank(1, 3);
  if (!input) return std::nullopt;
  return Call{{*input, *choose.OfShape(choose.At(*input).shape)},
              {int64_t{-100}, choose.Pick(3), smoothing}};
}

// -sum over classes of weight * log_softmax, where the weights are the target's probabilities, or 1
// for its class, mixed with equal ones. Source: PyTorch's documentation of CrossEntropyLoss.
Result CrossEntropy(const Inputs& inputs, const Attributes& attributes) {
  const StridedTensor& input = inputs[0];
  const StridedTensor& target = inputs[1];
  const int dim = ClassDim(input);
  const int64_t classes = input.shape[dim];
  const double smoothing = attributes.Float(2);
  const bool has_classes = target.shape != input.shape;
  Dims shape = input.shape;
  shape.erase(shape.begin() + dim);
  StridedTensor losses = StridedTensor::New(shape);
  double count = 0;
  for (int64_t i = 0; i < losses.count(); ++i) {
    if (has_classes && static_cast<int64_t>(target.Get(i).f) == attributes.Int(0)) continue;
    ++count;
    Dims index = IndexOf(i, shape);
    index.insert(index.begin() + dim, 0);
    int64_t& c = index[dim];
    std::vector<Element> scores;
    for (c = 0; c < classes; ++c) scores.push_back(input.GetAt(index));
    const Element log_of_sum = LogSumExp(scores);
    for (c = 0; c < classes; ++c) {
      const Element given =
          has_classes ? Element(static_cast<double>(target.Get(i).f == static_cast<double>(c)))
                      : target.GetAt(index);
      const Element weight =
          Element(1 - smoothing) * given + Element(smoothing / static_cast<double>(classes));
      losses.At(i) = losses.At(i) - weight * (scores[c] - log_of_sum);
    }
  }
  return Reduce(losses, attributes.Int(1), count);
}

}  // namespace

std::vector<ProgramOp> LossProgramOps() {
  std::vector<ProgramOp> ops = {{"nll_loss", MakeNll, Nll},
                                {"cross_entropy", MakeCrossEntropy, CrossEntropy}};
  for (const Row& row : kRows) {
    ops.push_back({row.name, [&row](Chooser& choose) { return Make(row, choose); },
                   [&row](const Inputs& inputs, const Attributes& attributes) {
                     return Compute(row, inputs, attributes);
                   }});
  }
  return ops;
}

}  // namespace gradd::testing
