// What flows through an Interpreter.
#pragma once

#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"

#include "core/base/ref.h"
#include "core/spec/scalar.h"
#include "core/spec/tensor_spec.h"

namespace gradd {

class Interpreter;

// A tensor as some interpreter knows it: with storage (core/tensor), with a batch dimension or a
// tangent (core/transforms), or as a handle on a server (client). Immutable but for what
// Interpreter::Assign does.
class ValueBase : public RefCounted {
 public:
  enum class Kind : uint8_t {
    kScalar,   // a plain number; every interpreter accepts it
    kBottom,   // belongs to the interpreter at the bottom of the stack
    kWrapped,  // made by a transform: see level()
  };

  const TensorSpec& spec() const { return spec_; }
  Kind kind() const { return kind_; }
  // The transform that made a kWrapped value; null for the others.
  const Interpreter* level() const { return level_; }

 protected:
  ValueBase(Kind kind, TensorSpec spec, const Interpreter* level = nullptr)
      : spec_(std::move(spec)), level_(level), kind_(kind) {}

  TensorSpec spec_;

 private:
  const Interpreter* level_;
  Kind kind_;
};

using Value = RefPtr<ValueBase>;
using Values = absl::InlinedVector<Value, 3>;
using ValueSpan = absl::Span<const Value>;
using Specs = absl::InlinedVector<TensorSpec, 1>;

// The 2 in `2 * b`: no dimensions, takes part in promotion by category only, never differentiated.
class ScalarValue final : public ValueBase {
 public:
  explicit ScalarValue(Scalar scalar)
      : ValueBase(Kind::kScalar, MakeSpec(scalar)), scalar_(scalar) {}
  Scalar scalar() const { return scalar_; }

 private:
  static TensorSpec MakeSpec(Scalar scalar) {
    TensorSpec spec;
    spec.dtype = scalar.dtype();
    spec.weak = true;
    return spec;
  }
  Scalar scalar_;
};

inline Value MakeScalar(Scalar scalar) { return MakeRef<ScalarValue>(scalar); }

}  // namespace gradd
