// A scalar-like type whose arithmetic builds ops: a formula's derivative written once for numbers,
// read as a graph.
#pragma once

#include <memory>

#include "core/ops/builder.h"
#include "core/ops/scalar.h"

namespace gradd::ops {

// A value, a constant, or what an op will make of others once somebody asks: a formula gives the
// partial derivatives by all of its arguments, and only those that are wanted become ops. Constants
// fold, so multiplying by 1 makes no op.
class Expr {
 public:
  Expr(double constant) : constant_(constant) {}  // NOLINT(google-explicit-constructor)
  // A plain number is a constant: two of them make no op, which would round to the default float.
  Expr(Builder& g, Value value);

  bool is_constant() const { return g_ == nullptr; }
  double constant() const { return constant_; }
  // The value, a constant as a ScalarValue. Null after an error in the builder.
  Value ToValue() const;

  friend Expr operator+(const Expr& a, const Expr& b);
  friend Expr operator-(const Expr& a, const Expr& b);
  friend Expr operator*(const Expr& a, const Expr& b);
  friend Expr operator/(const Expr& a, const Expr& b);
  friend Expr operator-(const Expr& a);
#define GRADD_EXPR(function) friend Expr function(const Expr& x);
  GRADD_FOR_EACH_SCALAR_FUNCTION(GRADD_EXPR)
#undef GRADD_EXPR
#define GRADD_EXPR(function) friend Expr function(const Expr& a, const Expr& b);
  GRADD_FOR_EACH_SCALAR_FUNCTION_OF_TWO(GRADD_EXPR)
  GRADD_EXPR(operator<)
  GRADD_EXPR(operator<=)
  GRADD_EXPR(operator>)
  GRADD_EXPR(operator>=)
  GRADD_EXPR(operator==)
  GRADD_EXPR(operator!=)
  GRADD_EXPR(operator&)
  GRADD_EXPR(operator|)
#undef GRADD_EXPR
  friend Expr select(const Expr& condition, const Expr& a, const Expr& b);

 private:
  struct Term;  // an op on other expressions, with its result once that was asked for

  static Expr Apply(const Op& op, std::initializer_list<Expr> operands);

  Builder* g_ = nullptr;  // null: a constant
  Value value_;
  std::shared_ptr<Term> term_;
  double constant_ = 0;
};

}  // namespace gradd::ops
