// What a new tensor is like.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

#include "client/cpp/connection.h"
#include "client/cpp/error.h"
#include "core/spec/device_id.h"
#include "core/spec/dtype.h"

namespace gradd {
inline namespace client {

inline constexpr DType kBool = DType::kBool;
inline constexpr DType kInt32 = DType::kInt32;
inline constexpr DType kInt64 = DType::kInt64;
inline constexpr DType kFloat16 = DType::kFloat16;
inline constexpr DType kBFloat16 = DType::kBFloat16;
inline constexpr DType kFloat32 = DType::kFloat32;
inline constexpr DType kFloat64 = DType::kFloat64;

// "cpu", "cuda:1". Throws gradd::Error for anything else.
DeviceId Device(absl::string_view name);

// What is not said is as the function that takes the options has it: ones({2}, dtype(kFloat64)).
class TensorOptions {
 public:
  TensorOptions() = default;
  TensorOptions(DType dtype) : dtype_(dtype) {}        // NOLINT(google-explicit-constructor)
  TensorOptions(DeviceId device) : device_(device) {}  // NOLINT(google-explicit-constructor)

  TensorOptions dtype(DType dtype) const { return With(&TensorOptions::dtype_, dtype); }
  TensorOptions device(DeviceId device) const { return With(&TensorOptions::device_, device); }
  TensorOptions device(absl::string_view name) const { return device(Device(name)); }
  TensorOptions requires_grad(bool requires_grad) const {
    return With(&TensorOptions::requires_grad_, requires_grad);
  }
  TensorOptions connection(const Connection& connection) const {
    return With(&TensorOptions::connection_, std::make_shared<const Connection>(connection));
  }

  std::optional<DType> dtype() const { return dtype_; }
  std::optional<DeviceId> device() const { return device_; }
  bool requires_grad() const { return requires_grad_; }
  const Connection* connection() const { return connection_.get(); }

 private:
  template <class Field, class T>
  TensorOptions With(Field TensorOptions::*field, T value) const {
    TensorOptions options = *this;
    options.*field = std::move(value);
    return options;
  }

  std::optional<DType> dtype_;
  std::optional<DeviceId> device_;
  bool requires_grad_ = false;
  std::shared_ptr<const Connection> connection_;
};

// The first word of a chain: dtype(kFloat64).requires_grad(true).
inline TensorOptions dtype(DType dtype) { return TensorOptions().dtype(dtype); }
inline TensorOptions device(absl::string_view name) { return TensorOptions().device(name); }
inline TensorOptions requires_grad(bool value = true) {
  return TensorOptions().requires_grad(value);
}
inline TensorOptions on(const Connection& connection) {
  return TensorOptions().connection(connection);
}

}  // namespace client
}  // namespace gradd
