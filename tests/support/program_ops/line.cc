// Ops that make elements along a dimension of those along it.
#include <algorithm>

#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Line = std::vector<HyperDual>;
using MaybeLine = std::optional<Line>;

struct Row {
  const char* name;
  size_t place_of_dim;  // among the attributes
  // The attributes for a dimension of so many elements.
  Attributes (*make)(Chooser& choose, int64_t dim, int64_t size);
  MaybeLine (*compute)(Line line, const Attributes& attributes);
};

Attributes DimAndDType(Chooser&, int64_t dim, int64_t) { return {dim, std::monostate()}; }

MaybeLine LogSoftmax(Line line, const Attributes&) {
  const HyperDual log_of_sum = LogSumExp(line);
  for (HyperDual& element : line) element = element - log_of_sum;
  return line;
}
MaybeLine Softmax(Line line, const Attributes& attributes) {
  line = *LogSoftmax(std::move(line), attributes);
  for (HyperDual& element : line) element = exp(element);
  return line;
}
MaybeLine Cumsum(Line line, const Attributes&) {
  for (size_t i = 1; i < line.size(); ++i) line[i] = line[i - 1] + line[i];
  return line;
}

// Nothing where two are so near that rounding decides which comes first.
MaybeLine Sorted(Line line, bool descending) {
  std::sort(line.begin(), line.end(), [&](const HyperDual& a, const HyperDual& b) {
    return descending ? a.f > b.f : a.f < b.f;
  });
  for (size_t i = 1; i < line.size(); ++i) {
    if (std::fabs(line[i].f - line[i - 1].f) < kMargin) return std::nullopt;
  }
  return line;
}
MaybeLine Sort(Line line, const Attributes& attributes) {
  return Sorted(std::move(line), attributes.Bool(1));
}
MaybeLine Topk(Line line, const Attributes& attributes) {
  MaybeLine sorted = Sorted(std::move(line), attributes.Bool(2));
  if (sorted) sorted->resize(attributes.Int(0));
  return sorted;
}

const Row kRows[] = {
    {"softmax", 0, DimAndDType, Softmax},
    {"log_softmax", 0, DimAndDType, LogSoftmax},
    {"cumsum", 0, DimAndDType, Cumsum},
    {"sort", 0,
     [](Chooser& choose, int64_t dim, int64_t) -> Attributes {
       return {dim, choose.Coin()};
     },
     Sort},
    {"topk", 1,
     [](Chooser& choose, int64_t dim, int64_t size) -> Attributes {
       return {1 + choose.Pick(size), dim, choose.Coin(), true};
     },
     Topk},
};

MaybeCall Make(const Row& row, Chooser& choose) {
  const auto a = choose.OfRank(1, 4);
  if (!a) return std::nullopt;
  const StridedTensor& from = choose.At(*a);
  const int64_t dim = choose.Dim(from.rank());
  return Call{{*a}, row.make(choose, dim, from.shape[FromFront(dim, from.rank())])};
}

std::optional<StridedTensor> Compute(const Row& row, const StridedTensor& a,
                                     const Attributes& attributes) {
  const int64_t dim = FromFront(attributes.Int(row.place_of_dim), a.rank());
  Dims starts = a.shape;  // one index for each line
  starts[dim] = 1;
  StridedTensor out;
  for (int64_t i = 0; i < ElementCount(starts); ++i) {
    Dims index = IndexOf(i, starts);
    Line line;
    for (; index[dim] < a.shape[dim]; ++index[dim]) line.push_back(a.GetAt(index));
    const MaybeLine made = row.compute(std::move(line), attributes);
    if (!made) return std::nullopt;
    Dims shape = a.shape;
    shape[dim] = static_cast<int64_t>(made->size());
    if (i == 0) out = StridedTensor::New(shape);
    for (index[dim] = 0; index[dim] < shape[dim]; ++index[dim]) {
      out.At(PositionOf(index, shape)) = (*made)[index[dim]];
    }
  }
  return out;
}

}  // namespace

std::vector<ProgramOp> LineProgramOps() {
  std::vector<ProgramOp> ops;
  for (const Row& row : kRows) {
    ops.push_back({row.name, [&row](Chooser& choose) { return Make(row, choose); },
                   [&row](const Inputs& inputs, const Attributes& attributes) {
                     return Compute(row, inputs[0], attributes);
                   }});
  }
  return ops;
}

}  // namespace gradd::testing
