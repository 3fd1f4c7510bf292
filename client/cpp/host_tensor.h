// A tensor's data on this side of the wire.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "client/cpp/host_bytes.h"
#include "core/spec/scalar.h"
#include "core/spec/shape.h"

namespace gradd {
inline namespace client {

// Row-major, whatever the layout on the server is.
struct HostTensor {
  DType dtype = kDefaultFloat;
  Dims shape;
  HostBytes bytes;  // ElementCount(shape) * ItemSize(dtype) of them

  int64_t size() const { return static_cast<int64_t>(bytes.size() / ItemSize(dtype)); }

  // The element at a row-major position.
  Scalar At(int64_t position) const {
    return VisitDType(dtype, [&](auto zero) {
      std::memcpy(&zero, bytes.data() + static_cast<size_t>(position) * sizeof(zero), sizeof(zero));
      if constexpr (kIsFloatingElement<decltype(zero)>) {
        return Scalar(static_cast<double>(zero));
      } else {
        return Scalar(zero);
      }
    });
  }

  template <class T>
  std::vector<T> ToVector() const {
    std::vector<T> values(static_cast<size_t>(size()));
    VisitDType(dtype, [&](auto zero) {
      for (size_t i = 0; i < values.size(); ++i) {
        std::memcpy(&zero, bytes.data() + i * sizeof(zero), sizeof(zero));
        values[i] = static_cast<T>(zero);
      }
    });
    return values;
  }
};

}  // namespace client
}  // namespace gradd
