#include "core/ops/expr.h"

#include "core/ops/op_table.h"

namespace gradd::ops {
namespace {

// Looked up when a formula first runs as a graph, long after the table is complete.
#define GRADD_OP_NAMED(name)                   \
  [] {                                         \
    static const Op* const kOp = FindOp(name); \
    return kOp;                                \
  }()

}  // namespace

Expr::Expr(Builder& g, Value value) {
  if (value && value->kind() == ValueBase::Kind::kScalar) {
    constant_ = static_cast<const ScalarValue&>(*value).scalar().To<double>();
  } else {
    g_ = &g;
    value_ = std::move(value);
  }
}

Value Expr::ToValue() const { return is_constant() ? MakeScalar(constant_) : value_; }

Expr Expr::Apply(const Op& op, const Expr& a) {
  return Expr(*a.g_, a.g_->Apply(op, {a.ToValue()}));
}

Expr Expr::Apply(const Op& op, const Expr& a, const Expr& b) {
  Builder* g = a.is_constant() ? b.g_ : a.g_;
  return Expr(*g, g->Apply(op, {a.ToValue(), b.ToValue()}));
}

Expr operator+(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ + b.constant_;
  if (a.is_constant() && a.constant_ == 0) return b;
  if (b.is_constant() && b.constant_ == 0) return a;
  return Expr::Apply(*GRADD_OP_NAMED("add"), a, b);
}

Expr operator-(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ - b.constant_;
  if (b.is_constant() && b.constant_ == 0) return a;
  return Expr::Apply(*GRADD_OP_NAMED("sub"), a, b);
}

Expr operator*(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ * b.constant_;
  if (a.is_constant() && a.constant_ == 1) return b;
  if (b.is_constant() && b.constant_ == 1) return a;
  if (a.is_constant() && a.constant_ == -1) return -b;
  if (b.is_constant() && b.constant_ == -1) return -a;
  return Expr::Apply(*GRADD_OP_NAMED("mul"), a, b);
}

Expr operator/(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ / b.constant_;
  if (b.is_constant() && b.constant_ == 1) return a;
  return Expr::Apply(*GRADD_OP_NAMED("div"), a, b);
}

Expr operator-(const Expr& a) {
  if (a.is_constant()) return -a.constant_;
  return Expr::Apply(*GRADD_OP_NAMED("neg"), a);
}

#define GRADD_EXPR(function)                                \
  Expr function(const Expr& x) {                            \
    if (x.is_constant()) return ops::function(x.constant_); \
    return Expr::Apply(*GRADD_OP_NAMED(#function), x);      \
  }
GRADD_FOR_EACH_SCALAR_FUNCTION(GRADD_EXPR)
#undef GRADD_EXPR

}  // namespace gradd::ops
