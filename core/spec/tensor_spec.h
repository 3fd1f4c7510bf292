// What is known of a tensor without its data: type, device, shape and layout.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/spec/device_id.h"
#include "core/spec/dtype.h"
#include "core/spec/shape.h"

namespace gradd {

struct TensorSpec {
  DType dtype = DType::kFloat32;
  DeviceId device;
  // True for a number that stands in for a tensor: it takes part in type promotion only by its
  // category (PyTorch's "wrapped number").
  bool weak = false;
  Dims shape;
  Dims strides;        // in elements, one for each dimension
  int64_t offset = 0;  // of the first element, in elements from the start of the storage

  int rank() const { return static_cast<int>(shape.size()); }
  int64_t element_count() const { return ElementCount(shape); }
  // Bytes of the elements themselves; a view's storage may be larger.
  int64_t byte_count() const { return element_count() * static_cast<int64_t>(ItemSize(dtype)); }
  bool IsContiguous() const { return gradd::IsContiguous(shape, strides); }
  // True when two different indices name the same element of storage.
  bool HasOverlap() const;

  static TensorSpec Contiguous(DType dtype, Dims shape, DeviceId device) {
    TensorSpec spec;
    spec.dtype = dtype;
    spec.device = device;
    spec.strides = ContiguousStrides(shape);
    spec.shape = std::move(shape);
    return spec;
  }

  bool operator==(const TensorSpec& other) const {
    return dtype == other.dtype && device == other.device && weak == other.weak &&
           SameDims(shape, other.shape) && SameDims(strides, other.strides) &&
           offset == other.offset;
  }
};

// "float32[2, 3]"
std::string ToString(const TensorSpec& spec);

// Elements of storage that `spec` reaches: one past its largest offset, 0 when it is empty.
int64_t StorageExtent(const TensorSpec& spec);

}  // namespace gradd
