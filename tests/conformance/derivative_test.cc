// Derivatives of every order: against finite differences in float64 and against each other.

#include <algorithm>
#include <cmath>

#include "core/ops/builder.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/transforms/functional.h"
#include "tests/conformance/law.h"
#include "tests/support/must.h"

namespace gradd::conformance {
namespace {

using testing::Must;
using Numbers = std::vector<double>;

// A case as a function of its floating inputs, on the stack of one session.
class Function {
 public:
  Function(Stack& stack, const Case& c)
      : stack_(stack), case_(c), attributes_(stack.Fill(c.attributes)), wrt_(FloatingInputs(c)) {}

  const std::vector<size_t>& wrt() const { return wrt_; }

  // Those of the floating inputs.
  std::vector<Numbers> values() const {
    std::vector<Numbers> values;
    for (const size_t i : wrt_) values.push_back(case_.inputs[i].values);
    return values;
  }

  // Inputs with the case's layouts, or with other values, contiguous.
  std::vector<Value> Inputs() { return stack_.Make(case_.inputs); }
  std::vector<Value> Inputs(const std::vector<Numbers>& values) {
    std::vector<CaseTensor> tensors = case_.inputs;
    for (size_t k = 0; k < wrt_.size(); ++k) {
      TensorSpec& spec = tensors[wrt_[k]].spec;
      spec = TensorSpec::Contiguous(spec.dtype, spec.shape, {});
      tensors[wrt_[k]].values = values[k];
    }
    return stack_.Make(tensors);
  }

  // The floating outputs.
  Values Apply(Interpreter& interpreter, ValueSpan inputs) {
    Values outputs = Must(interpreter.Apply(*case_.op, inputs, attributes_));
    outputs.erase(std::remove_if(outputs.begin(), outputs.end(),
                                 [](const Value& v) { return !IsFloating(v->spec().dtype); }),
                  outputs.end());
    return outputs;
  }

  // Tensors like `like`, of numbers without a pattern.
  Values Random(ValueSpan like, int seed) {
    Values tensors;
    for (const Value& value : like) {
      CaseTensor tensor;
      tensor.spec = TensorSpec::Contiguous(value->spec().dtype, value->spec().shape, {});
      tensor.values = Directions(tensor.spec.element_count(), seed++);
      tensors.push_back(stack_.Make(tensor));
    }
    return tensors;
  }

  // The sum over <a[i], b[i]>.
  double Dot(ValueSpan a, ValueSpan b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      const Numbers x = stack_.Read(a[i]), y = stack_.Read(b[i]);
      EXPECT_EQ(x.size(), y.size());
      for (size_t k = 0; k < std::min(x.size(), y.size()); ++k) sum += x[k] * y[k];
    }
    return sum;
  }

  // The same as a value that can be differentiated.
  Value DotValue(Interpreter& interpreter, ValueSpan a, ValueSpan b) {
    Builder g(interpreter);
    Value sum;
    for (size_t i = 0; i < a.size(); ++i) {
      const Value term = ops::Sum(g, g.Apply(*FindOp("mul"), {a[i], b[i]}), {}, false);
      sum = sum ? g.Apply(*FindOp("add"), {sum, term}) : term;
    }
    Must(g.status());
    return sum;
  }

  // The floating inputs among `inputs`, made leaves that require grad.
  Values Leaves(const std::vector<Value>& inputs) {
    Values leaves;
    for (const size_t i : wrt_) {
      Must(stack_.tape().SetRequiresGrad(inputs[i], true));
      leaves.push_back(inputs[i]);
    }
    return leaves;
  }

  // Outputs and tangents along `tangents`, one for each floating input.
  JvpResult Push(Interpreter& interpreter, const std::vector<Value>& inputs, ValueSpan tangents) {
    Values all(inputs.size());
    for (size_t k = 0; k < wrt_.size(); ++k) all[wrt_[k]] = tangents[k];
    return Must(JvpOf(
        interpreter,
        [this](Interpreter& in, ValueSpan v) -> absl::StatusOr<Values> { return Apply(in, v); },
        inputs, all));
  }

  // Central differences of `f`, a number, by every element of every floating input.
  template <class F>
  std::vector<Numbers> FiniteDifferences(F&& f) {
    constexpr double kStep = 1e-5;
    std::vector<Numbers> derivatives = values(), at = values();
    for (size_t k = 0; k < at.size(); ++k) {
      for (size_t e = 0; e < at[k].size(); ++e) {
        const double x = at[k][e];
        at[k][e] = x + kStep;
        const double above = f(Inputs(at));
        at[k][e] = x - kStep;
        const double below = f(Inputs(at));
        at[k][e] = x;
        derivatives[k][e] = (above - below) / (2 * kStep);
      }
    }
    return derivatives;
  }

 private:
  Stack& stack_;
  const Case& case_;
  const Attributes attributes_;
  const std::vector<size_t> wrt_;
};

void ExpectClose(const Numbers& actual, const Numbers& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], tolerance * std::max(1.0, std::abs(expected[i]))) << i;
  }
}

class DerivativeLaw : public Law {
 protected:
  // Calls law(stack, function) for each derivative case. Ops that are not differentiable by their
  // own account are exempt.
  template <class L>
  void ForEachCase(const std::string& name, L&& law) {
    if (!op().differentiable()) {
      Exempt(name, op());
      return;
    }
    const std::vector<Case> cases = DerivativeCases(op());
    EXPECT_FALSE(cases.empty()) << "no row with float64 inputs and outputs";
    for (const Case& c : cases) {
      SCOPED_TRACE(c.name);
      Stack stack;
      Function function(stack, c);
      law(stack, function);
    }
  }
};

TEST_P(DerivativeLaw, VjpEqualsFiniteDifferences) {
  ForEachCase("vjp equals finite differences", [](Stack& stack, Function& f) {
    const std::vector<Value> inputs = f.Inputs();
    const Values leaves = f.Leaves(inputs);
    const Values outputs = f.Apply(stack.tape(), inputs);
    const Values u = f.Random(outputs, 1);
    const Values gradients = Must(stack.Gradients(outputs, u, leaves));
    const std::vector<Numbers> expected = f.FiniteDifferences(
        [&](const std::vector<Value>& at) { return f.Dot(f.Apply(stack.eager(), at), u); });
    for (size_t k = 0; k < expected.size(); ++k) {
      EXPECT_EQ(gradients[k]->spec().shape, leaves[k]->spec().shape);
      EXPECT_EQ(gradients[k]->spec().dtype, leaves[k]->spec().dtype);
      ExpectClose(stack.Read(gradients[k]), expected[k], 1e-7);
    }
  });
}

// What a node keeps depends on which inputs want gradients; each of them alone has to be enough.
TEST_P(DerivativeLaw, EachInputAloneGetsTheSameGradient) {
  ForEachCase("each input alone", [](Stack& stack, Function& f) {
    std::vector<Value> inputs = f.Inputs();
    const Values leaves = f.Leaves(inputs);
    const Values outputs = f.Apply(stack.tape(), inputs);
    const Values u = f.Random(outputs, 1);
    const Values together = Must(stack.Gradients(outputs, u, leaves));
    for (size_t k = 0; k < leaves.size(); ++k) {
      inputs = f.Inputs();
      const Value leaf = inputs[f.wrt()[k]];
      Must(stack.tape().SetRequiresGrad(leaf, true));
      const Values alone = Must(stack.Gradients(f.Apply(stack.tape(), inputs), u, {leaf}));
      EXPECT_TRUE(stack.Bytes(alone[0]) == stack.Bytes(together[k]));
    }
  });
}

TEST_P(DerivativeLaw, JvpAndVjpAreDual) {
  ForEachCase("jvp and vjp are dual", [](Stack& stack, Function& f) {
    const std::vector<Value> inputs = f.Inputs();
    const Values leaves = f.Leaves(inputs);
    const Values v = f.Random(leaves, 5);
    const JvpResult pushed = f.Push(stack.eager(), inputs, v);
    const Values outputs = f.Apply(stack.tape(), inputs);
    const Values u = f.Random(outputs, 1);
    const Values gradients = Must(stack.Gradients(outputs, u, leaves));
    const double forward = f.Dot(u, pushed.tangents), reverse = f.Dot(gradients, v);
    EXPECT_NEAR(forward, reverse, 1e-12 * std::max(1.0, std::abs(forward)));
    // And with a tangent for one input at a time, which adds up.
    double sum = 0;
    for (size_t k = 0; k < leaves.size(); ++k) {
      Values one(leaves.size());
      one[k] = v[k];
      sum += f.Dot(u, f.Push(stack.eager(), inputs, one).tangents);
    }
    EXPECT_NEAR(sum, forward, 1e-12 * std::max(1.0, std::abs(forward)));
  });
}

TEST_P(DerivativeLaw, SecondOrderEqualsFiniteDifferences) {
  ForEachCase("second order", [](Stack& stack, Function& f) {
    const std::vector<Value> inputs = f.Inputs();
    const Values leaves = f.Leaves(inputs);
    const Values v = f.Random(leaves, 5);
    Values u;
    // <J^T u, v> by reverse mode at given inputs.
    const auto first_order = [&](const std::vector<Value>& at) {
      const Values own = f.Leaves(at);
      return f.Dot(Must(stack.Gradients(f.Apply(stack.tape(), at), u, own)), v);
    };
    const Values outputs = f.Apply(stack.tape(), inputs);
    u = f.Random(outputs, 1);
    const std::vector<Numbers> expected = f.FiniteDifferences(first_order);

    const Values gradients = Must(stack.Gradients(outputs, u, leaves, /*create_graph=*/true));
    const Value reverse = f.DotValue(stack.tape(), gradients, v);
    const Value forward = f.DotValue(stack.tape(), u, f.Push(stack.tape(), inputs, v).tangents);
    for (const Value& scalar : {reverse, forward}) {
      SCOPED_TRACE(scalar.get() == reverse.get() ? "reverse over reverse" : "reverse over forward");
      if (!stack.tape().RequiresGrad(scalar)) {
        for (const Numbers& zeros : expected) ExpectClose(zeros, Numbers(zeros.size(), 0), 1e-7);
        continue;
      }
      const Values second = Must(stack.Gradients({scalar}, {}, leaves));
      for (size_t k = 0; k < expected.size(); ++k) {
        ExpectClose(stack.Read(second[k]), expected[k], 1e-7);
      }
    }
  });
}

// Gradients and tangents have the dtype of what they belong to, and the values that they have in
// float64. Covers mixed dtypes.
TEST_P(DerivativeLaw, OtherPrecisionsGiveTheSame) {
  if (!op().differentiable()) return;
  for (const Case& narrow : SinglePrecisionCases(op())) {
    SCOPED_TRACE(narrow.name);
    Case wide = narrow;
    for (const size_t i : FloatingInputs(wide)) wide.inputs[i].spec.dtype = DType::kFloat64;
    std::vector<Numbers> results[2];
    for (const bool is_wide : {false, true}) {
      Stack stack;
      Function f(stack, is_wide ? wide : narrow);
      const std::vector<Value> inputs = f.Inputs();
      const Values leaves = f.Leaves(inputs);
      const Values tangents = f.Push(stack.eager(), inputs, f.Random(leaves, 5)).tangents;
      const Values outputs = f.Apply(stack.tape(), inputs);
      const Values gradients = Must(stack.Gradients(outputs, f.Random(outputs, 1), leaves));
      for (size_t i = 0; i < outputs.size(); ++i) {
        EXPECT_EQ(tangents[i]->spec().dtype, outputs[i]->spec().dtype);
        results[is_wide].push_back(stack.Read(tangents[i]));
      }
      for (size_t k = 0; k < leaves.size(); ++k) {
        EXPECT_EQ(ToString(gradients[k]->spec()), ToString(leaves[k]->spec()));
        results[is_wide].push_back(stack.Read(gradients[k]));
      }
    }
    // As exact as the least exact of its tensors.
    DType least = DType::kFloat32;
    for (const size_t i : FloatingInputs(narrow)) {
      const DType dtype = narrow.inputs[i].spec.dtype;
      if (dtype == DType::kBFloat16 || (dtype == DType::kFloat16 && least == DType::kFloat32)) {
        least = dtype;
      }
    }
    for (size_t i = 0; i < results[0].size(); ++i) {
      ExpectNear(least, results[0][i], results[1][i], 8);
    }
  }
}

// A vectorised Jacobian: Batch over the vjp rules.
TEST_P(DerivativeLaw, BatchedVjpEqualsOneByOne) {
  ForEachCase("batched vjp", [](Stack& stack, Function& f) {
    constexpr int kBatch = 3;
    const std::vector<Value> inputs = f.Inputs();
    const Values leaves = f.Leaves(inputs);
    const Values outputs = f.Apply(stack.tape(), inputs);
    std::vector<Values> cotangents;
    for (int b = 0; b < kBatch; ++b) cotangents.push_back(f.Random(outputs, b));
    Values stacked;
    for (size_t i = 0; i < outputs.size(); ++i) {
      CaseTensor tensor;
      Dims shape = outputs[i]->spec().shape;
      shape.insert(shape.begin(), kBatch);
      tensor.spec = TensorSpec::Contiguous(DType::kFloat64, shape, {});
      for (const Values& one : cotangents) {
        const Numbers values = stack.Read(one[i]);
        tensor.values.insert(tensor.values.end(), values.begin(), values.end());
      }
      stacked.push_back(stack.Make(tensor));
    }
    for (const bool create_graph : {false, true}) {
      SCOPED_TRACE(create_graph ? "with a graph" : "without a graph");
      const Values together =
          Must(stack.Gradients(outputs, stacked, leaves, create_graph, /*batched=*/true));
      for (size_t k = 0; k < leaves.size(); ++k) {
        Numbers expected;
        for (const Values& one : cotangents) {
          const Numbers values = stack.Read(Must(stack.Gradients(outputs, one, leaves))[k]);
          expected.insert(expected.end(), values.begin(), values.end());
        }
        ExpectNear(DType::kFloat64, stack.Read(together[k]), expected);
      }
    }
  });
}

GRADD_FOR_EVERY_OP(DerivativeLaw);

}  // namespace
}  // namespace gradd::conformance
