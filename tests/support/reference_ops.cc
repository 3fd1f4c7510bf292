#include "tests/support/reference_ops.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"

#include "core/base/status.h"

namespace gradd::testing {
namespace {

using Inputs = absl::Span<const DenseTensor>;

// `dim` of a tensor of `rank` dimensions from the front. The spec rule has checked it.
int64_t FromFront(int64_t dim, size_t rank) {
  return dim < 0 ? dim + static_cast<int64_t>(rank) : dim;
}

// The element of `t` that lines up with `index` of something that t broadcasts to.
double Broadcast(const DenseTensor& t, DimsView index) {
  Dims own(index.end() - static_cast<int64_t>(t.shape.size()), index.end());
  for (size_t d = 0; d < own.size(); ++d) own[d] = t.shape[d] == 1 ? 0 : own[d];
  return t.at(own);
}

template <double (*kFunction)(double)>
absl::Status Unary(Inputs inputs, const Attributes&, DenseTensor& output) {
  std::transform(inputs[0].values.begin(), inputs[0].values.end(), output.values.begin(),
                 kFunction);
  return absl::OkStatus();
}

template <double (*kFunction)(double, double)>
absl::Status Binary(Inputs inputs, const Attributes&, DenseTensor& output) {
  ForEachIndex(output.shape, [&](DimsView index) {
    output.at(index) = kFunction(Broadcast(inputs[0], index), Broadcast(inputs[1], index));
  });
  return absl::OkStatus();
}

double Add(double a, double b) { return a + b; }
double Sub(double a, double b) { return a - b; }
double Mul(double a, double b) { return a * b; }
double Div(double a, double b) { return a / b; }
double Neg(double a) { return -a; }
double Same(double a) { return a; }

absl::Status Full(Inputs, const Attributes& attributes, DenseTensor& output) {
  std::fill(output.values.begin(), output.values.end(), attributes.Scalar(1).To<double>());
  return absl::OkStatus();
}

absl::Status CheckIndices(const DenseTensor& index, int64_t size) {
  for (const double i : index.values) {
    if (i < 0 || i >= static_cast<double>(size)) {
      return InvalidArgument("INDEX_OUT_OF_RANGE", "index out of range in self");
    }
  }
  return absl::OkStatus();
}

absl::Status IndexSelect(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  const int64_t dim = FromFront(attributes.Int(0), output.shape.size());
  GRADD_RETURN_IF_ERROR(CheckIndices(inputs[1], inputs[0].shape[dim]));
  ForEachIndex(output.shape, [&](DimsView index) {
    Dims from(index.begin(), index.end());
    from[dim] = static_cast<int64_t>(inputs[1].values[index[dim]]);
    output.at(index) = inputs[0].at(from);
  });
  return absl::OkStatus();
}

absl::Status IndexAdd(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  const int64_t dim = FromFront(attributes.Int(0), output.shape.size());
  GRADD_RETURN_IF_ERROR(CheckIndices(inputs[1], output.shape[dim]));
  output.values = inputs[0].values;
  ForEachIndex(inputs[2].shape, [&](DimsView index) {
    Dims to(index.begin(), index.end());
    to[dim] = static_cast<int64_t>(inputs[1].values[index[dim]]);
    output.at(to) += inputs[2].at(index);
  });
  return absl::OkStatus();
}

absl::Status Nonzero(Inputs inputs, const Attributes&, DenseTensor& output) {
  output.shape[0] = 0;
  ForEachIndex(inputs[0].shape, [&](DimsView index) {
    if (inputs[0].at(index) == 0) return;
    ++output.shape[0];
    output.values.insert(output.values.end(), index.begin(), index.end());
  });
  return absl::OkStatus();
}

absl::Status Matmul(Inputs inputs, const Attributes&, DenseTensor& output) {
  DenseTensor a = inputs[0], b = inputs[1], c = output;
  if (b.shape.size() == 1) {
    b.shape.push_back(1);
    c.shape.push_back(1);
  }
  if (a.shape.size() == 1) {
    a.shape.insert(a.shape.begin(), 1);
    c.shape.insert(c.shape.end() - 1, 1);
  }
  const int64_t inner = a.shape.back();
  const auto entry = [](const DenseTensor& t, DimsView batch, int64_t row, int64_t column) {
    Dims index(batch.begin(), batch.end());
    index.insert(index.end(), {row, column});
    index.erase(index.begin(), index.end() - static_cast<int64_t>(t.shape.size()));
    for (size_t d = 0; d + 2 < index.size(); ++d) index[d] = t.shape[d] == 1 ? 0 : index[d];
    return t.at(index);
  };
  ForEachIndex(c.shape, [&](DimsView index) {
    const DimsView batch = index.first(index.size() - 2);
    const int64_t row = index[index.size() - 2], column = index.back();
    double sum = 0;
    for (int64_t k = 0; k < inner; ++k) sum += entry(a, batch, row, k) * entry(b, batch, k, column);
    c.at(index) = sum;
  });
  output.values = c.values;
  return absl::OkStatus();
}

absl::Status Sum(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  const Dims& shape = inputs[0].shape;
  std::vector<bool> summed(shape.size(), attributes.Dims(0).empty());
  for (const int64_t dim : attributes.Dims(0)) {
    if (!shape.empty()) summed[FromFront(dim, shape.size())] = true;
  }
  ForEachIndex(shape, [&](DimsView index) {
    Dims to;
    for (size_t d = 0; d < shape.size(); ++d) {
      if (!summed[d]) to.push_back(index[d]);
      if (summed[d] && attributes.Bool(1)) to.push_back(0);
    }
    output.at(to) += inputs[0].at(index);
  });
  return absl::OkStatus();
}

absl::Status Expand(Inputs inputs, const Attributes&, DenseTensor& output) {
  ForEachIndex(output.shape,
               [&](DimsView index) { output.at(index) = Broadcast(inputs[0], index); });
  return absl::OkStatus();
}

absl::Status Copy(Inputs inputs, const Attributes&, DenseTensor& output) {
  ForEachIndex(output.shape,
               [&](DimsView index) { output.at(index) = Broadcast(inputs[1], index); });
  return absl::OkStatus();
}

absl::Status Select(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  const int64_t dim = FromFront(attributes.Int(0), inputs[0].shape.size());
  const int64_t at = attributes.Int(1);
  ForEachIndex(output.shape, [&](DimsView index) {
    Dims from(index.begin(), index.end());
    from.insert(from.begin() + dim, at < 0 ? at + inputs[0].shape[dim] : at);
    output.at(index) = inputs[0].at(from);
  });
  return absl::OkStatus();
}

absl::Status Slice(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  const int64_t dim = FromFront(attributes.Int(0), inputs[0].shape.size());
  const int64_t size = inputs[0].shape[dim];
  int64_t start = attributes.Has(1) ? attributes.Int(1) : 0;
  if (start < 0) start = std::max<int64_t>(start + size, 0);
  ForEachIndex(output.shape, [&](DimsView index) {
    Dims from(index.begin(), index.end());
    from[dim] = start + index[dim] * attributes.Int(3);
    output.at(index) = inputs[0].at(from);
  });
  return absl::OkStatus();
}

absl::Status Transpose(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  const size_t rank = output.shape.size();
  ForEachIndex(output.shape, [&](DimsView index) {
    Dims from(index.begin(), index.end());
    if (rank > 0) {
      std::swap(from[FromFront(attributes.Int(0), rank)], from[FromFront(attributes.Int(1), rank)]);
    }
    output.at(index) = inputs[0].at(from);
  });
  return absl::OkStatus();
}

int64_t Place(DimsView index, DimsView strides, int64_t offset) {
  for (size_t d = 0; d < index.size(); ++d) offset += index[d] * strides[d];
  return offset;
}

absl::Status AsStrided(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  ForEachIndex(output.shape, [&](DimsView index) {
    output.at(index) = inputs[0].values.at(Place(index, attributes.Dims(1), attributes.Int(2)));
  });
  return absl::OkStatus();
}

absl::Status StridedAccumulate(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  ForEachIndex(inputs[0].shape, [&](DimsView index) {
    output.values.at(Place(index, attributes.Dims(1), attributes.Int(2))) += inputs[0].at(index);
  });
  return absl::OkStatus();
}

absl::Status StridedScatter(Inputs inputs, const Attributes& attributes, DenseTensor& output) {
  output.values = inputs[0].values;
  ForEachIndex(inputs[1].shape, [&](DimsView index) {
    output.values.at(Place(index, attributes.Dims(0), attributes.Int(1))) = inputs[1].at(index);
  });
  return absl::OkStatus();
}

}  // namespace

double& DenseTensor::at(DimsView index) {
  int64_t place = 0;
  for (size_t d = 0; d < shape.size(); ++d) place = place * shape[d] + index[d];
  return values.at(place);
}

ReferenceOp FindReferenceOp(absl::string_view name) {
  static const auto* const kOps = new absl::flat_hash_map<absl::string_view, ReferenceOp>{
      {"add", Binary<Add>},
      {"sub", Binary<Sub>},
      {"mul", Binary<Mul>},
      {"div", Binary<Div>},
      {"neg", Unary<Neg>},
      {"sin", Unary<std::sin>},
      {"cos", Unary<std::cos>},
      {"exp", Unary<std::exp>},
      {"to", Unary<Same>},
      {"full", Full},
      {"index_add", IndexAdd},
      {"index_select", IndexSelect},
      {"nonzero", Nonzero},
      {"matmul", Matmul},
      {"sum", Sum},
      {"as_strided", AsStrided},
      {"clone", Unary<Same>},
      {"copy", Copy},
      {"detach", Unary<Same>},
      {"expand", Expand},
      {"select", Select},
      {"slice", Slice},
      {"strided_accumulate", StridedAccumulate},
      {"strided_scatter", StridedScatter},
      {"transpose", Transpose},
      {"view", Unary<Same>},
  };
  const auto found = kOps->find(name);
  return found == kOps->end() ? nullptr : found->second;
}

}  // namespace gradd::testing
