// What an op is: its name, its arguments and its rules. How it computes is in core/kernels.
//
// Each op is defined once, in a file of its own under core/ops/<family>/, and listed in
// core/ops/op_list.txt. docs/add_an_op.md is the recipe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "core/base/integer_range.h"
#include "core/ops/attributes.h"
#include "core/ops/index_set.h"
#include "core/ops/value.h"
#include "core/spec/tensor_spec.h"

namespace gradd {

class Builder;

using SpecSpan = absl::Span<const TensorSpec* const>;

// Inputs of one call; only ops with is_variadic come near.
inline constexpr size_t kMaxCallInputs = size_t{1} << 16;

// Specs that are kept somewhere else.
class SpecView {
 public:
  SpecView(SpecSpan specs) : specs_(specs) {}  // NOLINT(google-explicit-constructor)
  const TensorSpec& operator[](size_t i) const { return *specs_[i]; }
  size_t size() const { return specs_.size(); }

 private:
  SpecSpan specs_;
};

// What a recorded application of an op keeps, and all that its vjp and jvp may use.
struct Recorded {
  const Op& op;
  const Attributes& attributes;
  SpecView inputs;  // always known
  SpecView outputs;
  ValueSpan saved;  // inputs then outputs; null where the `residuals` rule does not ask for it

  const Value& input(size_t i) const { return saved[i]; }
  const Value& output(size_t i) const { return saved[inputs.size() + i]; }
};

struct Residuals {
  IndexSet inputs;
  IndexSet outputs;
};

// One application of an op to values of which some have a leading batch dimension.
struct BatchCall {
  const Op& op;
  const Attributes& attributes;
  ValueSpan inputs;  // batched ones have the batch dimension at 0
  IndexSet batched;
  int64_t size;  // of the batch dimension

  // Dimensions of input i without the batch dimension.
  int rank(size_t i) const { return inputs[i]->spec().rank() - (batched.Contains(i) ? 1 : 0); }
};

// Result dtype, shape and layout. Appends op.output_count specs, or says what is wrong with the
// inputs. Has no device and no storage, so clients run it too. For a view op the output's strides
// and offset are those of the view; other outputs are contiguous.
using SpecRule = absl::Status (*)(const Op& op, SpecSpan inputs, const Attributes& attributes,
                                  Specs& outputs);
// Which inputs and outputs a recorded node keeps when the inputs in `needs` want gradients.
using ResidualsRule = Residuals (*)(const Op& op, IndexSet needs);
// Sets gradients[i] for each i in `needs` from the cotangents of the outputs (null: zero).
// Leaving one null means zero. Whether an input gets one is static, never value-dependent.
using VjpRule = void (*)(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
                         absl::Span<Value> gradients);
// Sets the tangent of each output from the tangents of the inputs (null: zero).
using JvpRule = void (*)(Builder& g, const Recorded& r, ValueSpan tangents,
                         absl::Span<Value> output_tangents);
// Applies the op to each element of the batch at once. Every output has the batch dimension at 0.
using BatchRule = void (*)(Builder& g, const BatchCall& call, absl::Span<Value> outputs);
// What is known of the elements of an integer output from what is known of the inputs' (null:
// nothing), without looking at any; nothing if it returns nothing.
using IntegerRangeRule =
    std::optional<IntegerRange> (*)(size_t output, SpecSpan inputs, const Attributes& attributes,
                                    absl::Span<const IntegerRange* const> ranges);
// The op as a composition of others. Eager runs it where a backend has no kernel, Tape and Jvp
// where the op has no vjp or jvp of its own, Batch where it has no batch rule. Every output must be
// a new value, never an input itself.
using ExpandRule = void (*)(Builder& g, const Op& op, ValueSpan inputs,
                            const Attributes& attributes, absl::Span<Value> outputs);

struct Op {
  std::string name;                 // snake_case, as in PyTorch
  std::string doc;                  // one sentence
  std::vector<std::string> inputs;  // names of the tensor arguments
  std::vector<AttributeDef> attributes;
  int output_count = 1;
  // The number that an input stands for when a call leaves it out, the last ones first. Shorter
  // than `inputs` or empty: the others must be given.
  std::vector<std::optional<double>> input_defaults;
  // Inputs and attributes by name, in the order in which clients' functions take them. Empty:
  // inputs, then attributes.
  std::vector<std::string> arguments;

  SpecRule spec = nullptr;            // every op has one
  ResidualsRule residuals = nullptr;  // null: keeps nothing
  VjpRule vjp = nullptr;              // null: not differentiable
  JvpRule jvp = nullptr;
  BatchRule batch = nullptr;  // null: a loop over the batch
  ExpandRule expand = nullptr;
  IntegerRangeRule integer_range = nullptr;  // null: nothing is known of its integers

  // Output 0 shares the storage of input 0; without a vjp, not its history.
  bool is_view = false;
  bool moves_devices = false;      // its inputs may be on different devices
  bool is_pointwise = false;       // broadcasts; inputs are promoted to one dtype
  bool is_predicate = false;       // a pointwise op whose output is bool
  int condition_input = -1;        // a bool input of a pointwise op that has no say in promotion
  bool is_random = false;          // takes (seed, offset) as its last two attributes
  bool is_data_dependent = false;  // its output's shape depends on its inputs' values
  bool checks_indices = false;     // its kernel can find an index out of range
  bool is_internal = false;        // made by rules only, never named by a client
  bool is_variadic = false;        // the last of `inputs` stands for any number of tensors
  bool has_in_place = false;       // clients have an in-place form of it, as of pointwise ops
  bool is_wrapped = false;  // clients write its functions by hand, which do more than call it
  IndexSet number_inputs;   // which may be plain numbers, beside those of pointwise ops
  // The number at the end of the node's name, where PyTorch's depends on the arguments.
  int (*node_overload)(SpecView inputs, const Attributes& attributes) = nullptr;
  // Raised when the meaning changes though the arguments do not; part of the hash.
  int revision = 1;

  // Filled in by DefineOp.
  int index = -1;         // dense, for tables beside this one; not stable across runs
  uint64_t hash = 0;      // of name, arguments, flags and revision
  std::string node_name;  // "SinBackward0"

  bool differentiable() const { return vjp != nullptr || expand != nullptr; }
  bool has_in_place_form() const { return has_in_place || (is_pointwise && condition_input != 0); }
};

// An input or an attribute of an op.
struct OpArgument {
  bool is_input;
  size_t position;  // among the inputs or the attributes
};
// All of them, in the order in which clients' functions take them.
std::vector<OpArgument> ArgumentsOf(const Op& op);
inline const std::string& NameOf(const Op& op, OpArgument argument) {
  return argument.is_input ? op.inputs[argument.position] : op.attributes[argument.position].name;
}

// Adds an op to the process's table. Called once per op, from the function that the op's file
// defines; returns a reference that stays good for ever.
const Op& DefineOp(Op op);

// Checks the number of inputs and attributes, that tensors are on one device, and runs op.spec.
absl::Status InferSpecs(const Op& op, SpecSpan inputs, const Attributes& attributes,
                        Specs& outputs);

}  // namespace gradd
