#include "core/ops/expr.h"

#include <vector>

#include "core/ops/create/full.h"
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

struct Expr::Term {
  const Op& op;
  std::vector<Expr> operands;
  Value value = nullptr;
  // Of a condition: the dtype that it was computed from, which a choice between two constants has.
  DType compared = kDefaultFloat;

  void Evaluate(Builder& g);
};

void Expr::Term::Evaluate(Builder& g) {
  if (value || !g.ok()) return;
  Values inputs;
  for (const Expr& operand : operands) inputs.push_back(operand.ToValue());
  for (size_t i = 0; i < operands.size(); ++i) {
    if (inputs[i] && !operands[i].is_constant() && IsFloating(inputs[i]->spec().dtype)) {
      compared = inputs[i]->spec().dtype;
    } else if (operands[i].term_ != nullptr && op.is_predicate) {
      compared = operands[i].term_->compared;
    }
  }
  if (op.condition_input == 0 && operands[1].is_constant() && operands[2].is_constant() && g.ok()) {
    // Two plain numbers would give the default float, which may be too narrow.
    const DType dtype = operands[0].term_ ? operands[0].term_->compared : kDefaultFloat;
    inputs[1] = Full(g, {}, operands[1].constant(), dtype, inputs[0]->spec().device);
  }
  value = g.ApplySpan(op, inputs);
}

Expr::Expr(Builder& g, Value value) {
  if (value && value->kind() == ValueBase::Kind::kScalar) {
    constant_ = static_cast<const ScalarValue&>(*value).scalar().To<double>();
  } else {
    g_ = &g;
    value_ = std::move(value);
  }
}

Value Expr::ToValue() const {
  if (is_constant()) return MakeScalar(constant_);
  if (term_ == nullptr) return value_;
  term_->Evaluate(*g_);
  return term_->value;
}

Expr Expr::Apply(const Op& op, std::initializer_list<Expr> operands) {
  Expr result(0.0);
  for (const Expr& operand : operands) {
    if (!operand.is_constant()) result.g_ = operand.g_;
  }
  result.term_ = std::make_shared<Term>(Term{op, operands});
  return result;
}

Expr operator+(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ + b.constant_;
  if (a.is_constant() && a.constant_ == 0) return b;
  if (b.is_constant() && b.constant_ == 0) return a;
  return Expr::Apply(*GRADD_OP_NAMED("add"), {a, b});
}

Expr operator-(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ - b.constant_;
  if (b.is_constant() && b.constant_ == 0) return a;
  return Expr::Apply(*GRADD_OP_NAMED("sub"), {a, b});
}

Expr operator*(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ * b.constant_;
  if (a.is_constant() && a.constant_ == 1) return b;
  if (b.is_constant() && b.constant_ == 1) return a;
  if (a.is_constant() && a.constant_ == -1) return -b;
  if (b.is_constant() && b.constant_ == -1) return -a;
  return Expr::Apply(*GRADD_OP_NAMED("mul"), {a, b});
}

Expr operator/(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return a.constant_ / b.constant_;
  if (b.is_constant() && b.constant_ == 1) return a;
  return Expr::Apply(*GRADD_OP_NAMED("div"), {a, b});
}

Expr operator-(const Expr& a) {
  if (a.is_constant()) return -a.constant_;
  return Expr::Apply(*GRADD_OP_NAMED("neg"), {a});
}

#define GRADD_EXPR(function)                                \
  Expr function(const Expr& x) {                            \
    if (x.is_constant()) return ops::function(x.constant_); \
    return Expr::Apply(*GRADD_OP_NAMED(#function), {x});    \
  }
GRADD_FOR_EACH_SCALAR_FUNCTION(GRADD_EXPR)
#undef GRADD_EXPR

Expr maximum(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return ops::maximum(a.constant_, b.constant_);
  return Expr::Apply(*GRADD_OP_NAMED("maximum"), {a, b});
}
Expr minimum(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return ops::minimum(a.constant_, b.constant_);
  return Expr::Apply(*GRADD_OP_NAMED("minimum"), {a, b});
}
Expr pow(const Expr& a, const Expr& b) {
  if (a.is_constant() && b.is_constant()) return ops::pow(a.constant_, b.constant_);
  if (b.is_constant() && b.constant_ == 0) return 1.0;
  if (b.is_constant() && b.constant_ == 1) return a;
  return Expr::Apply(*GRADD_OP_NAMED("pow"), {a, b});
}

#define GRADD_EXPR(symbol, name)                                                           \
  Expr operator symbol(const Expr& a, const Expr& b) {                                     \
    if (a.is_constant() && b.is_constant()) return a.constant_ symbol b.constant_ ? 1 : 0; \
    return Expr::Apply(*GRADD_OP_NAMED(name), {a, b});                                     \
  }
GRADD_EXPR(<, "lt")
GRADD_EXPR(<=, "le")
GRADD_EXPR(>, "gt")
GRADD_EXPR(>=, "ge")
GRADD_EXPR(==, "eq")
GRADD_EXPR(!=, "ne")
#undef GRADD_EXPR

Expr operator&(const Expr& a, const Expr& b) {
  if (a.is_constant()) return a.constant_ != 0 ? b : a;
  if (b.is_constant()) return b.constant_ != 0 ? a : b;
  return Expr::Apply(*GRADD_OP_NAMED("logical_and"), {a, b});
}

Expr operator|(const Expr& a, const Expr& b) {
  if (a.is_constant()) return a.constant_ != 0 ? a : b;
  if (b.is_constant()) return b.constant_ != 0 ? b : a;
  return Expr::Apply(*GRADD_OP_NAMED("logical_or"), {a, b});
}

Expr select(const Expr& condition, const Expr& a, const Expr& b) {
  if (condition.is_constant()) return condition.constant_ != 0 ? a : b;
  return Expr::Apply(*GRADD_OP_NAMED("where"), {condition, a, b});
}

}  // namespace gradd::ops
