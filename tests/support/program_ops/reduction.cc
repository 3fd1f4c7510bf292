// Ops that make one element of many.
#include <algorithm>
#include <limits>

#include "tests/support/program_op.h"

namespace gradd::testing {
namespace {

using Element = HyperDual;
using Elements1 = std::vector<Element>;
using MaybeElement = std::optional<Element>;

// Which attributes an op has, in this order.
enum class Form {
  kDims,          // dims, keepdim
  kDimsAndDType,  // dims, keepdim, dtype
  kVariance,      // dims, correction, keepdim
  kNorm,          // p, dims, keepdim
  kDim,           // dim, keepdim
  kMaybeDim,      // dim or none, keepdim
  kProduct,       // dim or none, keepdim, dtype
  kNothing,
};

struct Row {
  const char* name;
  Form form;
  MaybeElement (*fold)(const Elements1& x, const Attributes& attributes);
  Elements result = Elements::kNumbers;
  int weight = 1;
};

Element Sum(const Elements1& x) {
  Element sum;
  for (const Element& element : x) sum = sum + element;
  return sum;
}
Element Mean(const Elements1& x) { return Sum(x) / Element(static_cast<double>(x.size())); }

MaybeElement Variance(const Elements1& x, const Attributes& attributes) {
  const double freedom = static_cast<double>(x.size()) - attributes.Float(1);
  if (freedom <= 0) return std::nullopt;
  const Element mean = Mean(x);
  Element sum;
  for (const Element& element : x) sum = sum + (element - mean) * (element - mean);
  return sum / Element(freedom);
}

// The place of the largest element times `sign`, if no other is near it.
std::optional<size_t> Extreme(const Elements1& x, double sign) {
  size_t best = 0;
  for (size_t i = 1; i < x.size(); ++i) {
    if (sign * x[i].f > sign * x[best].f) best = i;
  }
  for (size_t i = 0; i < x.size(); ++i) {
    if (i != best && std::fabs(x[i].f - x[best].f) < kMargin) return std::nullopt;
  }
  return best;
}
template <int kSign>
MaybeElement Extremum(const Elements1& x, const Attributes&) {
  const std::optional<size_t> best = Extreme(x, kSign);
  return best ? MaybeElement(x[*best]) : std::nullopt;
}
template <int kSign>
MaybeElement ArgExtremum(const Elements1& x, const Attributes&) {
  const std::optional<size_t> best = Extreme(x, kSign);
  return best ? MaybeElement(static_cast<double>(*best)) : std::nullopt;
}

MaybeElement Norm(const Elements1& x, const Attributes& attributes) {
  const double p = attributes.Float(0);
  // Whole powers have derivatives everywhere but at 0; others grow without bounds near it.
  const double margin = p == 2 ? 0 : p == std::floor(p) ? kMargin : 0.1;
  Elements1 magnitudes;
  for (const Element& element : x) {
    if (std::fabs(element.f) < margin) return std::nullopt;
    magnitudes.push_back(abs(element));
  }
  if (std::isinf(p)) return Extremum<1>(magnitudes, {});
  if (p == 0) return static_cast<double>(x.size());
  Element sum;
  for (const Element& element : x) {
    sum = sum + (p == 2 ? element * element : pow(abs(element), Element(p)));
  }
  return sum.f > 0.1 ? MaybeElement(pow(sum, Element(1 / p))) : std::nullopt;
}

const Row kRows[] = {
    {"sum", Form::kDimsAndDType,
     [](const Elements1& x, const Attributes&) -> MaybeElement { return Sum(x); },
     Elements::kNumbers, 4},
    {"mean", Form::kDimsAndDType,
     [](const Elements1& x, const Attributes&) -> MaybeElement { return Mean(x); },
     Elements::kNumbers, 2},
    {"var", Form::kVariance, Variance},
    {"std", Form::kVariance,
     [](const Elements1& x, const Attributes& attributes) -> MaybeElement {
       const MaybeElement variance = Variance(x, attributes);
       return variance && variance->f > 0.01 ? MaybeElement(sqrt(*variance)) : std::nullopt;
     }},
    {"norm", Form::kNorm, Norm},
    {"logsumexp", Form::kDims,
     [](const Elements1& x, const Attributes&) -> MaybeElement { return LogSumExp(x); }},
    {"prod", Form::kProduct,
     [](const Elements1& x, const Attributes&) -> MaybeElement {
       Element product = 1;
       for (const Element& element : x) product = product * element;
       return product;
     }},
    {"amax", Form::kDims, Extremum<1>},
    {"amin", Form::kDims, Extremum<-1>},
    {"max", Form::kNothing, Extremum<1>},
    {"min", Form::kNothing, Extremum<-1>},
    {"max_dim", Form::kDim, Extremum<1>},
    {"min_dim", Form::kDim, Extremum<-1>},
    {"argmax", Form::kMaybeDim, ArgExtremum<1>, Elements::kIndices},
    {"argmin", Form::kMaybeDim, ArgExtremum<-1>, Elements::kIndices},
    {"all", Form::kDims,
     [](const Elements1& x, const Attributes&) -> MaybeElement {
       return std::all_of(x.begin(), x.end(), [](const Element& e) { return e.f != 0; }) ? 1.0 : 0;
     },
     Elements::kBools},
    {"any", Form::kDims,
     [](const Elements1& x, const Attributes&) -> MaybeElement {
       return std::any_of(x.begin(), x.end(), [](const Element& e) { return e.f != 0; }) ? 1.0 : 0;
     },
     Elements::kBools},
};

MaybeCall Make(const Row& row, Chooser& choose) {
  std::optional<Operand> a = choose.Any();
  if (row.result == Elements::kBools) a = choose.Mask();
  if (!a) return std::nullopt;
  const int rank = choose.At(*a).rank();
  const Dims dims = choose.SomeDims(rank);
  const bool keepdim = choose.Pick(3) == 0;
  const AttributeValue none;
  switch (row.form) {
    case Form::kDims:
      return Call{{*a}, {dims, keepdim}};
    case Form::kDimsAndDType:
      return Call{{*a}, {dims, keepdim, none}};
    case Form::kVariance:
      return Call{{*a}, {dims, 0.5 * static_cast<double>(choose.Pick(3)), keepdim}};
    case Form::kNorm: {
      static constexpr double kPowers[] = {2,   1, 3,
                                           2.5, 0, std::numeric_limits<double>::infinity()};
      return Call{{*a}, {kPowers[choose.Pick(6)], dims, keepdim}};
    }
    case Form::kNothing:
      return Call{{*a}};
    case Form::kDim:
    case Form::kMaybeDim:
    case Form::kProduct: {
      if (rank == 0) return std::nullopt;
      AttributeValue dim = choose.Dim(rank);
      if (row.form != Form::kDim && choose.Coin()) dim = none;
      if (row.form == Form::kProduct) return Call{{*a}, {dim, keepdim, none}};
      return Call{{*a}, {dim, keepdim}};
    }
  }
  return std::nullopt;
}

// What is reduced (nothing: all), and whether sizes of 1 stay in its place.
struct Reduced {
  Dims dims;
  bool keepdim = false;
};
Reduced Read(Form form, const Attributes& attributes, int rank) {
  Reduced reduced;
  if (form != Form::kNothing) {
    const bool is_late = form == Form::kVariance || form == Form::kNorm;
    reduced.keepdim = attributes.Bool(is_late ? 2 : 1);
    const AttributeValue& dims = attributes[form == Form::kNorm ? 1 : 0];
    if (const auto* many = std::get_if<Dims>(&dims)) reduced.dims = *many;
    if (const auto* one = std::get_if<int64_t>(&dims)) reduced.dims = {*one};
  }
  for (int64_t& dim : reduced.dims) dim = FromFront(dim, rank);
  return reduced;
}

std::optional<StridedTensor> Compute(const Row& row, const Inputs& inputs,
                                     const Attributes& attributes) {
  const StridedTensor& a = inputs[0];
  const Reduced reduced = Read(row.form, attributes, a.rank());
  const auto goes = [&](int64_t d) {
    return reduced.dims.empty() ||
           std::find(reduced.dims.begin(), reduced.dims.end(), d) != reduced.dims.end();
  };
  Dims shape, kept;  // the result's, without and with 1 for what went
  for (int d = 0; d < a.rank(); ++d) {
    kept.push_back(goes(d) ? 1 : a.shape[d]);
    if (reduced.keepdim || !goes(d)) shape.push_back(kept.back());
  }
  std::vector<Elements1> groups(ElementCount(kept));
  for (int64_t i = 0; i < a.count(); ++i) {
    Dims index = IndexOf(i, a.shape);
    for (int d = 0; d < a.rank(); ++d) index[d] = goes(d) ? 0 : index[d];
    groups[PositionOf(index, kept)].push_back(a.Get(i));
  }
  StridedTensor out = StridedTensor::New(shape);
  out.elements = row.result;
  for (size_t i = 0; i < groups.size(); ++i) {
    const MaybeElement element = row.fold(groups[i], attributes);
    if (!element) return std::nullopt;
    out.At(static_cast<int64_t>(i)) = *element;
  }
  return out;
}

}  // namespace

std::vector<ProgramOp> ReductionProgramOps() {
  std::vector<ProgramOp> ops;
  for (const Row& row : kRows) {
    ops.push_back({row.name, [&row](Chooser& choose) { return Make(row, choose); },
                   [&row](const Inputs& inputs, const Attributes& attributes) {
                     return Compute(row, inputs, attributes);
                   },
                   row.weight});
  }
  return ops;
}

}  // namespace gradd::testing
