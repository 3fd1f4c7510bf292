// Usage: gradd_parity CASES
//
// Runs each case of the file (tests/conformance/case.h says what one looks like) on the CPU,
// forward and backward with the cotangents that parity.py uses too, and prints for each
//   case <number>
//   output <dtype> [shape] = values...
//   gradient <input> <dtype> [shape] = values...
//   error <text>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/conformance/case.h"
#include "tests/conformance/stack.h"

namespace gradd::conformance {
namespace {

std::string TextOf(Stack& stack, const Value& value) {
  return absl::StrCat(
      Name(value->spec().dtype), " [", absl::StrJoin(value->spec().shape, ","),
      "] = ", absl::StrJoin(stack.Read(value), " ", [](std::string* out, double number) {
        absl::StrAppendFormat(out, "%.17g", number);
      }));
}

// The same as in parity.py: 0.5, 0.75, ..., 1.5, 0.5, ...
Value Cotangent(Stack& stack, const TensorSpec& spec) {
  CaseTensor tensor;
  tensor.spec = TensorSpec::Contiguous(spec.dtype, spec.shape, {});
  for (int64_t i = 0; i < spec.element_count(); ++i) {
    tensor.values.push_back(0.5 + 0.25 * static_cast<double>(i % 5));
  }
  return stack.Make(tensor);
}

absl::Status Run(const Case& c) {
  Stack stack({DeviceKind::kCpu, 0});
  const std::vector<Value> inputs = stack.Make(c.inputs);
  std::vector<size_t> wrt;
  Values leaves;
  for (size_t i = 0; i < inputs.size() && c.op->differentiable(); ++i) {
    if (c.inputs[i].is_number() || !IsFloating(c.inputs[i].spec.dtype)) continue;
    GRADD_RETURN_IF_ERROR(stack.tape().SetRequiresGrad(inputs[i], true));
    wrt.push_back(i);
    leaves.push_back(inputs[i]);
  }
  GRADD_ASSIGN_OR_RETURN(const Values outputs,
                         stack.tape().Apply(*c.op, inputs, stack.Fill(c.attributes)));
  Values roots, cotangents;
  for (const Value& output : outputs) {
    std::printf("output %s\n", TextOf(stack, output).c_str());
    if (!stack.tape().RequiresGrad(output)) continue;
    roots.push_back(output);
    cotangents.push_back(Cotangent(stack, output->spec()));
  }
  if (roots.empty() || leaves.empty()) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const Values gradients, stack.Gradients(roots, cotangents, leaves));
  for (size_t k = 0; k < gradients.size(); ++k) {
    std::printf("gradient %zu %s\n", wrt[k], TextOf(stack, gradients[k]).c_str());
  }
  return absl::OkStatus();
}

int Main(const char* path) {
  int number = 0;
  for (const Case& c : ReadCases(path)) {
    std::printf("case %d\n", number++);
    const absl::Status status =
        c.op == nullptr ? absl::NotFoundError("there is no such op") : Run(c);
    if (!status.ok()) std::printf("error %s\n", std::string(status.message()).c_str());
  }
  return 0;
}

}  // namespace
}  // namespace gradd::conformance

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: gradd_parity CASES\n");
    return 2;
  }
  return gradd::conformance::Main(argv[1]);
}
