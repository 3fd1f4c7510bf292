#include "tests/support/strided_reference.h"

#include <set>

namespace gradd::testing {
namespace {

HyperDual& Element(const StridedTensor& tensor, const Dims& index) {
  int64_t at = tensor.offset;
  for (size_t d = 0; d < index.size(); ++d) at += index[d] * tensor.strides[d];
  return tensor.storage->elements.at(at);
}

}  // namespace

Dims IndexOf(int64_t position, const Dims& shape) {
  Dims index(shape.size());
  for (size_t d = shape.size(); d-- > 0;) {
    index[d] = position % shape[d];
    position /= shape[d];
  }
  return index;
}

int64_t PositionOf(const Dims& index, const Dims& shape) {
  int64_t position = 0;
  for (size_t d = 0; d < shape.size(); ++d) position = position * shape[d] + index[d];
  return position;
}

StridedTensor StridedTensor::New(const Dims& shape) {
  StridedTensor tensor;
  tensor.storage = std::make_shared<Storage>();
  tensor.storage->elements.resize(ElementCount(shape));
  tensor.shape = shape;
  tensor.strides = ContiguousStrides(shape);
  return tensor;
}

HyperDual& StridedTensor::At(int64_t i) const { return Element(*this, IndexOf(i, shape)); }

HyperDual StridedTensor::GetAt(const Dims& index) const {
  const HyperDual& element = Element(*this, index);
  return is_detached ? HyperDual(element.f) : element;
}

HyperDual StridedTensor::GetBroadcast(Dims index) const {
  index.erase(index.begin(), index.end() - rank());
  for (int d = 0; d < rank(); ++d) {
    if (shape[d] == 1) index[d] = 0;
  }
  return GetAt(index);
}

bool StridedTensor::overlaps() const {
  std::set<const HyperDual*> seen;
  for (int64_t i = 0; i < count(); ++i) {
    if (!seen.insert(&At(i)).second) return true;
  }
  return false;
}

}  // namespace gradd::testing
