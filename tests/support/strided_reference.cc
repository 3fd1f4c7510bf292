#include "tests/support/strided_reference.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace gradd::testing {
namespace {

// Row-major position to index and back, spelled out.
Dims IndexOf(int64_t position, const Dims& shape) {
  Dims index(shape.size());
  for (size_t d = shape.size(); d-- > 0;) {
    index[d] = position % shape[d];
    position /= shape[d];
  }
  return index;
}

template <class F>
StridedTensor Elementwise(const StridedTensor& a, const F& f) {
  StridedTensor out = StridedTensor::New(a.shape);
  for (int64_t i = 0; i < out.count(); ++i) out.At(i) = f(a.At(i));
  return out;
}

template <class F>
StridedTensor Elementwise(const StridedTensor& a, const StridedTensor& b, const F& f) {
  StridedTensor out = StridedTensor::New(*BroadcastShapes(a.shape, b.shape));
  for (int64_t i = 0; i < out.count(); ++i) {
    out.At(i) = f(a.AtBroadcast(i, out.shape), b.AtBroadcast(i, out.shape));
  }
  return out;
}

StridedTensor Sum(const StridedTensor& a, const std::vector<int64_t>& dims) {
  Dims kept;
  const auto summed = [&](size_t d) {
    return dims.empty() || std::find(dims.begin(), dims.end(), int64_t(d)) != dims.end();
  };
  for (size_t d = 0; d < a.shape.size(); ++d) {
    if (!summed(d)) kept.push_back(a.shape[d]);
  }
  StridedTensor out = StridedTensor::New(kept);
  for (int64_t i = 0; i < a.count(); ++i) {
    const Dims index = IndexOf(i, a.shape);
    int64_t position = 0;
    for (size_t d = 0; d < a.shape.size(); ++d) {
      if (!summed(d)) position = position * a.shape[d] + index[d];
    }
    out.At(position) = out.At(position) + a.At(i);
  }
  return out;
}

StridedTensor MatrixProduct(const StridedTensor& a, const StridedTensor& b) {
  const int64_t rows = a.shape[0], inner = a.shape[1], columns = b.shape[1];
  StridedTensor out = StridedTensor::New({rows, columns});
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      for (int64_t k = 0; k < inner; ++k) {
        HyperDual& sum = out.At(i * columns + j);
        sum = sum + a.At(i * inner + k) * b.At(k * columns + j);
      }
    }
  }
  return out;
}

}  // namespace

StridedTensor StridedTensor::New(const Dims& shape) {
  StridedTensor tensor;
  tensor.storage = std::make_shared<Storage>();
  tensor.storage->elements.resize(ElementCount(shape));
  tensor.shape = shape;
  tensor.strides = ContiguousStrides(shape);
  return tensor;
}

HyperDual& StridedTensor::At(int64_t i) const {
  const Dims index = IndexOf(i, shape);
  int64_t at = offset;
  for (size_t d = 0; d < shape.size(); ++d) at += index[d] * strides[d];
  return storage->elements[at];
}

HyperDual& StridedTensor::AtBroadcast(int64_t i, const Dims& to) const {
  const Dims index = IndexOf(i, to);
  const size_t added = to.size() - shape.size();
  int64_t at = offset;
  for (size_t d = 0; d < shape.size(); ++d) {
    at += (shape[d] == 1 ? 0 : index[d + added]) * strides[d];
  }
  return storage->elements[at];
}

bool StridedTensor::overlaps() const {
  std::set<const HyperDual*> seen;
  for (int64_t i = 0; i < count(); ++i) {
    if (!seen.insert(&At(i)).second) return true;
  }
  return false;
}

StridedTensor Compute(const Step& step, const std::vector<StridedTensor>& registers) {
  StridedTensor number = StridedTensor::New({});
  number.At(0) = step.number;
  const auto input = [&](size_t i) -> const StridedTensor& {
    return step.inputs[i] < 0 ? number : registers[step.inputs[i]];
  };
  const std::vector<int64_t>& n = step.integers;
  const StridedTensor& a = input(0);
  StridedTensor view = a;
  if (step.op == "sin") return Elementwise(a, [](const HyperDual& x) { return sin(x); });
  if (step.op == "cos") return Elementwise(a, [](const HyperDual& x) { return cos(x); });
  if (step.op == "exp") return Elementwise(a, [](const HyperDual& x) { return exp(x); });
  if (step.op == "neg") return Elementwise(a, [](const HyperDual& x) { return -x; });
  if (step.op == "clone") return Elementwise(a, [](const HyperDual& x) { return x; });
  if (step.op == "add") return Elementwise(a, input(1), std::plus<HyperDual>());
  if (step.op == "sub") return Elementwise(a, input(1), std::minus<HyperDual>());
  if (step.op == "mul") return Elementwise(a, input(1), std::multiplies<HyperDual>());
  if (step.op == "div") return Elementwise(a, input(1), std::divides<HyperDual>());
  if (step.op == "copy")
    return Elementwise(a, input(1), [](const auto&, const auto& x) { return x; });
  if (step.op == "sum") return Sum(a, n);
  if (step.op == "matmul") return MatrixProduct(a, input(1));
  if (step.op == "transpose") {
    std::swap(view.shape[n[0]], view.shape[n[1]]);
    std::swap(view.strides[n[0]], view.strides[n[1]]);
    return view;
  }
  if (step.op == "select") {
    view.offset += n[1] * view.strides[n[0]];
    view.shape.erase(view.shape.begin() + n[0]);
    view.strides.erase(view.strides.begin() + n[0]);
    return view;
  }
  if (step.op == "slice") {  // dim, start, end, step
    view.offset += n[1] * view.strides[n[0]];
    view.shape[n[0]] = (n[2] - n[1] + n[3] - 1) / n[3];
    view.strides[n[0]] *= n[3];
    return view;
  }
  if (step.op == "expand") {
    view.shape.assign(n.begin(), n.end());
    view.strides.assign(n.size(), 0);
    const size_t added = n.size() - a.shape.size();
    for (size_t d = 0; d < a.shape.size(); ++d) {
      if (a.shape[d] != 1) view.strides[d + added] = a.strides[d];
    }
    return view;
  }
  if (step.op == "view") {  // of contiguous tensors only
    view.shape.assign(n.begin(), n.end());
    view.strides = ContiguousStrides(view.shape);
    return view;
  }
  if (step.op == "index_select") {  // dim, indices...
    Dims shape = a.shape;
    shape[n[0]] = static_cast<int64_t>(n.size()) - 1;
    StridedTensor out = StridedTensor::New(shape);
    for (int64_t i = 0; i < out.count(); ++i) {
      Dims index = IndexOf(i, shape);
      index[n[0]] = n[1 + index[n[0]]];
      int64_t position = 0;
      for (size_t d = 0; d < shape.size(); ++d) position = position * a.shape[d] + index[d];
      out.At(i) = a.At(position);
    }
    return out;
  }
  std::abort();  // a step that the generator cannot make
}

void Write(const StridedTensor& target, const StridedTensor& result) {
  std::vector<HyperDual> elements;  // the result may read the target
  for (int64_t i = 0; i < target.count(); ++i)
    elements.push_back(result.AtBroadcast(i, target.shape));
  for (int64_t i = 0; i < target.count(); ++i) target.At(i) = elements[i];
}

}  // namespace gradd::testing
