// gradd::Tensor, which reads like a local tensor and lives on a server.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/dims_arg.h"
#include "client/cpp/host_tensor.h"
#include "client/cpp/indexing.h"
#include "client/cpp/node.h"
#include "client/cpp/op_functions.h"
#include "client/cpp/op_methods.h"
#include "client/cpp/operand.h"
#include "client/cpp/random_functions.h"
#include "client/cpp/shape_methods.h"
#include "client/cpp/source_line.h"
#include "client/cpp/tensor_options.h"
#include "core/ops/value.h"
#include "core/spec/tensor_spec.h"

namespace gradd {
inline namespace client {

class RemoteValue;

// Copies share one tensor, as in PyTorch. Calls send a command and return at once; only looking at
// a value waits. Errors in arguments, shapes and dtypes are thrown by the call itself; what only
// the server finds out is thrown by whatever waits next, and names the line that caused it.
//
// Every op is a method here and a function in gradd:: (op_methods.h, made from the op table); those
// that compute element by element, and some more, also have a form that changes the tensor, with a
// trailing "_".
class Tensor : public OpMethods<Tensor>, public ShapeMethods<Tensor> {
 public:
  // No tensor at all: what .grad() is before backward().
  Tensor() = default;
  explicit Tensor(Value value) : value_(std::move(value)) {}

  bool defined() const { return static_cast<bool>(value_); }

  // --- Known without asking the server ---
  const TensorSpec& spec() const {
    if (!value_) ThrowUndefined();
    return value_->spec();
  }
  const Dims& sizes() const { return spec().shape; }
  const Dims& shape() const { return spec().shape; }
  int64_t size(int64_t dim, SourceLine source = SourceLine::Here()) const;
  int64_t dim() const { return spec().rank(); }
  int64_t numel() const { return spec().element_count(); }
  const Dims& strides() const { return spec().strides; }
  int64_t storage_offset() const { return spec().offset; }
  bool is_contiguous() const { return spec().IsContiguous(); }
  DType dtype() const { return spec().dtype; }
  DeviceId device() const { return spec().device; }
  bool is_leaf() const;
  // The tensor that this one is a view of; undefined for one with storage of its own.
  Tensor base() const;

  // --- Values: these wait ---
  // The only element. Throws when there are more.
  template <class T>
  T item(SourceLine source = SourceLine::Here()) const {
    return ItemScalar(source).To<T>();
  }
  // All elements in row-major order.
  template <class T>
  std::vector<T> to_vector(SourceLine source = SourceLine::Here()) const {
    return Fetch(source).ToVector<T>();
  }
  HostTensor Fetch(SourceLine source = SourceLine::Here()) const;

  // --- Autograd ---
  bool requires_grad(SourceLine source = SourceLine::Here()) const;
  const Tensor& requires_grad_(bool requires_grad = true,
                               SourceLine source = SourceLine::Here()) const;
  void retain_grad(SourceLine source = SourceLine::Here()) const;
  // What backward() accumulated here; undefined for nothing.
  Tensor grad(SourceLine source = SourceLine::Here()) const;
  // Undefined: none.
  void set_grad(const Tensor& grad, SourceLine source = SourceLine::Here()) const;
  void zero_grad(bool set_to_none = true, SourceLine source = SourceLine::Here()) const;
  // Accumulates into the .grad of leaves, or of `inputs` if there are any. `retain_graph` is as
  // `create_graph` unless it is given.
  void backward(const Tensor& gradient = {}, std::optional<bool> retain_graph = std::nullopt,
                bool create_graph = false, const std::vector<Tensor>& inputs = {},
                SourceLine source = SourceLine::Here()) const;
  // The op that made this tensor, as far as it was recorded.
  Node grad_fn(SourceLine source = SourceLine::Here()) const;
  // How often the storage has been written in place.
  uint64_t version(SourceLine source = SourceLine::Here()) const;

  // --- Beside the generated methods ---
  Tensor operator[](const Index& index) const;
  // x.index({0, Slice{1, 3}, None, Ellipsis, mask}) is x[0, 1:3, None, ..., mask].
  Tensor index(std::initializer_list<Index> indices, SourceLine source = SourceLine::Here()) const;
  // x.index_put_({0, Slice{1, 3}}, 5) is x[0, 1:3] = 5.
  Tensor index_put_(std::initializer_list<Index> indices, const Operand& values,
                    bool accumulate = false, SourceLine source = SourceLine::Here()) const;
  // With the elements as probabilities, or with p.
  Tensor bernoulli(SourceLine source = SourceLine::Here()) const;
  Tensor bernoulli(const Operand& p, SourceLine source = SourceLine::Here()) const;
  Tensor bernoulli_(const Operand& p = 0.5, SourceLine source = SourceLine::Here()) const;
  Tensor contiguous(SourceLine source = SourceLine::Here()) const;
  // This tensor itself when nothing changes.
  Tensor to(DType dtype, SourceLine source = SourceLine::Here()) const;
  Tensor to(DeviceId device, SourceLine source = SourceLine::Here()) const;
  Tensor to(const TensorOptions& options, SourceLine source = SourceLine::Here()) const;
  Tensor copy_(const Operand& from, SourceLine source = SourceLine::Here()) const;

  const Tensor& operator+=(const Operand& other) const;
  const Tensor& operator-=(const Operand& other) const;
  const Tensor& operator*=(const Operand& other) const;
  const Tensor& operator/=(const Operand& other) const;

  // --- For the client itself ---
  const Value& value() const { return value_; }
  // Throws when the tensor is undefined; `what` and `source` are for that error.
  RemoteValue& remote(absl::string_view what, SourceLine source) const;

 private:
  [[noreturn]] static void ThrowUndefined();
  Scalar ItemScalar(SourceLine source) const;

  Value value_;
};

inline Operand::Operand(const Tensor& tensor, SourceLine source)
    : tensor_(&tensor.value()), source_(source) {}

Tensor operator+(const Operand& a, const Operand& b);
Tensor operator-(const Operand& a, const Operand& b);
Tensor operator*(const Operand& a, const Operand& b);
Tensor operator/(const Operand& a, const Operand& b);
// Element by element. There is no ==, which programs expect to give a bool: x.eq(y).
Tensor operator<(const Operand& a, const Operand& b);
Tensor operator<=(const Operand& a, const Operand& b);
Tensor operator>(const Operand& a, const Operand& b);
Tensor operator>=(const Operand& a, const Operand& b);

// A tensor as the only operand of a unary operator.
class UnaryOperand : public Operand {
 public:
  UnaryOperand(const Tensor& tensor, SourceLine source = SourceLine::Here())  // NOLINT
      : Operand(tensor, source) {}
};
Tensor operator-(const UnaryOperand& a);

}  // namespace client
}  // namespace gradd
