#include "client/cpp/tensor.h"

#include "absl/strings/str_cat.h"

#include "client/cpp/call.h"
#include "client/cpp/described.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/transfer.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {

RemoteValue& Tensor::remote(absl::string_view what, SourceLine source) const {
  if (!defined() || value_->kind() != ValueBase::Kind::kBottom) {
    Throw(InvalidArgument("UNDEFINED_TENSOR", what, "(): an undefined tensor was given"), what,
          source);
  }
  return static_cast<RemoteValue&>(*value_);
}

void Tensor::ThrowUndefined() {
  Throw(InvalidArgument("UNDEFINED_TENSOR", "an undefined tensor has no shape, dtype or device"),
        "", {});
}

int64_t Tensor::size(int64_t dim, SourceLine source) const {
  const absl::StatusOr<int> normal = NormalizeDim(dim, spec().rank());
  ThrowIfError(normal.status(), "size", source);
  if (spec().rank() == 0) {
    Throw(InvalidArgument("DIMENSION_OUT_OF_RANGE", "Dimension specified as ", dim,
                          " but tensor has no dimensions"),
          "size", source);
  }
  return sizes()[static_cast<size_t>(*normal)];
}

bool Tensor::is_leaf() const { return remote("is_leaf", {}).is_leaf(); }

Tensor Tensor::base() const {
  const RefPtr<RemoteValue>& base = remote("base", {}).base();
  return base ? Tensor(base) : Tensor();
}

HostTensor Tensor::Fetch(SourceLine source) const {
  return FetchTensor(remote("fetch", source), source);
}

Scalar Tensor::ItemScalar(SourceLine source) const {
  if (remote("item", source).spec().element_count() != 1) {
    Throw(InvalidArgument("NOT_A_SCALAR", "a Tensor with ", numel(),
                          " elements cannot be converted to Scalar"),
          "item", source);
  }
  return Fetch(source).At(0);
}

// --- Views and copies ---

Tensor Tensor::operator[](const Index& index) const {
  return IndexTensor(*this, {index}, index.source());
}

Tensor Tensor::index(std::initializer_list<Index> indices, SourceLine source) const {
  return IndexTensor(*this, indices, source);
}

Tensor Tensor::index_put_(std::initializer_list<Index> indices, const Operand& values,
                          bool accumulate, SourceLine source) const {
  return IndexPut(*this, indices, values, accumulate, source);
}

Tensor Tensor::bernoulli(SourceLine source) const { return client::bernoulli(*this, source); }
Tensor Tensor::bernoulli(const Operand& p, SourceLine source) const {
  return client::bernoulli(*this, p, source);
}
Tensor Tensor::bernoulli_(const Operand& p, SourceLine source) const {
  return client::bernoulli_(*this, p, source);
}

Tensor Tensor::contiguous(SourceLine source) const {
  return is_contiguous() ? *this : clone(source);
}

Tensor Tensor::to(DType dtype, SourceLine source) const {
  return dtype == this->dtype() ? *this : client::to(*this, dtype, std::nullopt, source);
}

Tensor Tensor::to(DeviceId device, SourceLine source) const {
  return device == this->device() ? *this : client::to(*this, std::nullopt, device, source);
}

Tensor Tensor::to(const TensorOptions& options, SourceLine source) const {
  const bool same = options.dtype().value_or(dtype()) == dtype() &&
                    options.device().value_or(device()) == device();
  return same ? *this : client::to(*this, options.dtype(), options.device(), source);
}

// --- In place ---

Tensor Tensor::copy_(const Operand& from, SourceLine source) const {
  static const Op& op = OpNamed("copy");
  return CallInPlace(op, {value_, from.value()}, {}, source);
}

const Tensor& Tensor::operator+=(const Operand& other) const {
  add_(other, other.source());
  return *this;
}
const Tensor& Tensor::operator-=(const Operand& other) const {
  sub_(other, other.source());
  return *this;
}
const Tensor& Tensor::operator*=(const Operand& other) const {
  mul_(other, other.source());
  return *this;
}
const Tensor& Tensor::operator/=(const Operand& other) const {
  div_(other, other.source());
  return *this;
}

// 2 * b is recorded as b * 2, as in PyTorch: the tensor's edge comes first.
Tensor operator+(const Operand& a, const Operand& b) {
  return a.is_number() ? add(b, a, a.source()) : add(a, b, a.source());
}
Tensor operator-(const Operand& a, const Operand& b) { return sub(a, b, a.source()); }
Tensor operator*(const Operand& a, const Operand& b) {
  return a.is_number() ? mul(b, a, a.source()) : mul(a, b, a.source());
}
Tensor operator/(const Operand& a, const Operand& b) { return div(a, b, a.source()); }
Tensor operator<(const Operand& a, const Operand& b) { return lt(a, b, a.source()); }
Tensor operator<=(const Operand& a, const Operand& b) { return le(a, b, a.source()); }
Tensor operator>(const Operand& a, const Operand& b) { return gt(a, b, a.source()); }
Tensor operator>=(const Operand& a, const Operand& b) { return ge(a, b, a.source()); }
Tensor operator-(const UnaryOperand& a) { return Tensor(a.value()).neg(a.source()); }

}  // namespace client
}  // namespace gradd
