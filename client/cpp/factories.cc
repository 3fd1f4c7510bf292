#include "client/cpp/factories.h"

#include <cstring>

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/transfer.h"
#include "core/base/status.h"
#include "core/spec/promotion.h"

namespace gradd {
inline namespace client {
namespace {

Tensor Create(const TensorSpec& spec, absl::string_view bytes, const TensorOptions& options,
              SourceLine source) {
  const Connection connection = ConnectionOf(options, source);
  return Tensor(CreateTensor(connection.session(), spec, bytes, options.requires_grad(), source));
}

TensorOptions Like(const Tensor& like, const TensorOptions& options, SourceLine source) {
  const RemoteValue& value = like.remote("like", source);
  TensorOptions filled = options;
  if (!filled.dtype().has_value()) filled = filled.dtype(like.dtype());
  if (!filled.device().has_value()) filled = filled.device(like.device());
  if (filled.connection() == nullptr) {
    filled = filled.connection(Connection(value.session_ref()));
  }
  return filled;
}

}  // namespace

TensorLiteral::TensorLiteral(std::initializer_list<TensorLiteral> list) {
  Join(list.begin(), list.size());
}

void TensorLiteral::Join(const TensorLiteral* items, size_t count) {
  shape_.push_back(static_cast<int64_t>(count));
  if (count == 0) return;
  dtype_ = items[0].dtype_;
  for (size_t i = 1; i < count; ++i) {
    if (items[i].shape_ != items[0].shape_) {
      Throw(InvalidArgument("RAGGED_LIST", "expected sequence of length ",
                            items[0].shape_.empty() ? 0 : items[0].shape_[0], " at dim 1 (got ",
                            items[i].shape_.empty() ? 0 : items[i].shape_[0], ")"),
            "tensor", {});
    }
    dtype_ = PromoteTypes(dtype_, items[i].dtype_);
  }
  shape_.insert(shape_.end(), items[0].shape_.begin(), items[0].shape_.end());
  for (size_t i = 0; i < count; ++i) {
    const TensorLiteral& item = items[i];
    if (!IsFloating(dtype_)) {
      integers_.insert(integers_.end(), item.integers_.begin(), item.integers_.end());
    } else if (IsFloating(item.dtype_)) {
      floats_.insert(floats_.end(), item.floats_.begin(), item.floats_.end());
    } else {
      floats_.insert(floats_.end(), item.integers_.begin(), item.integers_.end());
    }
  }
}

std::string TensorLiteral::Bytes(DType dtype) const {
  const bool floating = IsFloating(dtype_);
  const size_t count = floating ? floats_.size() : integers_.size();
  std::string bytes(count * ItemSize(dtype), '\0');
  VisitDType(dtype, [&](auto zero) {
    for (size_t i = 0; i < count; ++i) {
      zero = (floating ? Scalar(floats_[i]) : Scalar(integers_[i])).To<decltype(zero)>();
      std::memcpy(bytes.data() + i * sizeof(zero), &zero, sizeof(zero));
    }
  });
  return bytes;
}

Tensor tensor(const TensorLiteral& numbers, const TensorOptions& options, SourceLine source) {
  DType dtype = numbers.dtype() == DType::kFloat64 ? kDefaultFloat : numbers.dtype();
  dtype = options.dtype().value_or(dtype);
  const TensorSpec spec = TensorSpec::Contiguous(dtype, numbers.shape(), DeviceOf(options, source));
  return Create(spec, numbers.Bytes(dtype), options, source);
}

Tensor from_blob(const void* data, const DimsArg& shape, const TensorOptions& options,
                 SourceLine source) {
  ThrowIfError(CheckShape(shape.dims()), "from_blob", source);
  const TensorSpec spec = TensorSpec::Contiguous(options.dtype().value_or(kDefaultFloat),
                                                 shape.dims(), DeviceOf(options, source));
  const auto bytes = ByteCount(spec.shape, ItemSize(spec.dtype));
  if (!bytes) {
    Throw(InvalidArgument("SIZE_OVERFLOW",
                          "Storage size calculation overflowed with sizes=", ToString(spec.shape)),
          "from_blob", source);
  }
  return Create(spec, {static_cast<const char*>(data), static_cast<size_t>(*bytes)}, options,
                source);
}

Tensor ones(const DimsArg& shape, const TensorOptions& options, SourceLine source) {
  return full(shape, 1, options.dtype(options.dtype().value_or(kDefaultFloat)), source);
}
Tensor zeros(const DimsArg& shape, const TensorOptions& options, SourceLine source) {
  return full(shape, 0, options.dtype(options.dtype().value_or(kDefaultFloat)), source);
}
Tensor empty(const DimsArg& shape, const TensorOptions& options, SourceLine source) {
  return zeros(shape, options, source);
}

Tensor arange(Scalar end, const TensorOptions& options, SourceLine source) {
  return arange(0, end, 1, options, source);
}
Tensor arange(Scalar start, Scalar end, const TensorOptions& options, SourceLine source) {
  return arange(start, end, 1, options, source);
}

Tensor normal(double mean, double std, const DimsArg& shape, const TensorOptions& options,
              SourceLine source) {
  const Tensor made = empty(shape, options.requires_grad(false), source);
  made.normal_(mean, std, source);
  if (options.requires_grad()) made.requires_grad_(true, source);
  return made;
}
Tensor randint(int64_t high, const DimsArg& shape, const TensorOptions& options,
               SourceLine source) {
  return randint(0, high, shape, options, source);
}

Tensor ones_like(const Tensor& like, const TensorOptions& options, SourceLine source) {
  return ones(like.shape(), Like(like, options, source), source);
}
Tensor empty_like(const Tensor& like, const TensorOptions& options, SourceLine source) {
  return empty(like.shape(), Like(like, options, source), source);
}
Tensor zeros_like(const Tensor& like, const TensorOptions& options, SourceLine source) {
  return zeros(like.shape(), Like(like, options, source), source);
}
Tensor full_like(const Tensor& like, Scalar value, const TensorOptions& options,
                 SourceLine source) {
  return full(like.shape(), value, Like(like, options, source), source);
}
Tensor rand_like(const Tensor& like, const TensorOptions& options, SourceLine source) {
  return rand(like.shape(), Like(like, options, source), source);
}
Tensor randn_like(const Tensor& like, const TensorOptions& options, SourceLine source) {
  return randn(like.shape(), Like(like, options, source), source);
}
Tensor randint_like(const Tensor& like, int64_t low, int64_t high, const TensorOptions& options,
                    SourceLine source) {
  return randint(low, high, like.shape(), Like(like, options, source), source);
}

}  // namespace client
}  // namespace gradd
