// The server's interpreters without a server: Eager and Tape on one device.
#pragma once

#include <initializer_list>
#include <limits>
#include <memory>
#include <vector>

#include "core/autograd/backward.h"
#include "core/autograd/tape.h"
#include "core/ops/builder.h"
#include "core/ops/op_table.h"
#include "core/runtime/eager.h"
#include "tests/support/must.h"
#include "tests/support/test_devices.h"

namespace gradd::testing {

// All devices of the tests are there; tensors are made on `device`.
class Engine {
 public:
  explicit Engine(DeviceId device = TestDevice(), OpObserver* observer = nullptr)
      : device(device),
        backends(MakeTestBackends()),
        budget(MakeRef<MemoryBudget>(int64_t{1} << 40, nullptr)),
        nodes(MakeRef<NodeBudget>(int64_t{1} << 40)),
        eager(*backends, budget, observer),
        tape(eager, nodes) {}

  template <class T>
  Value Tensor(Dims shape, const std::vector<T>& elements, bool requires_grad = false) {
    std::vector<char> bytes(elements.size() * sizeof(T));
    T* out = reinterpret_cast<T*>(bytes.data());
    for (size_t i = 0; i < elements.size(); ++i) out[i] = elements[i];
    Value value =
        Must(eager.FromHost(TensorSpec::Contiguous(kDTypeOf<T>, std::move(shape), device), bytes));
    if (requires_grad) Must(tape.SetRequiresGrad(value, true));
    return value;
  }
  Value Vector(const std::vector<double>& elements, bool requires_grad = false) {
    return Tensor<double>({static_cast<int64_t>(elements.size())}, elements, requires_grad);
  }

  template <class T = double>
  std::vector<T> Read(const Value& value) {
    std::unique_ptr<T[]> elements(new T[value->spec().element_count()]);
    Must(eager.ToHost(AsTensor(value), elements.get()));
    return std::vector<T>(elements.get(), elements.get() + value->spec().element_count());
  }

  // The first output of an op through the tape.
  absl::StatusOr<Value> Try(absl::string_view op, const Values& inputs,
                            const Attributes& attributes = {}) {
    absl::StatusOr<Values> outputs = tape.Apply(*FindOp(op), inputs, attributes);
    if (!outputs.ok()) return outputs.status();
    return (*outputs)[0];
  }
  Value Op(absl::string_view op, const Values& inputs, const Attributes& attributes = {}) {
    return Must(Try(op, inputs, attributes));
  }
  Value Sum(const Value& value) { return Op("sum", {value}, {Dims(), false, std::monostate()}); }
  // op_(inputs[0], ...)
  absl::Status InPlace(absl::string_view op, const Values& inputs,
                       const Attributes& attributes = {}) {
    absl::StatusOr<Value> result = Try(op, inputs, attributes);
    if (!result.ok()) return result.status();
    return tape.Assign(inputs[0], *result);
  }

  absl::Status Backward(const Value& root, BackwardOptions options = {}) {
    return BackwardPass(tape, eager, cancellation).Backward({&root, 1}, {}, {}, options);
  }
  absl::StatusOr<Values> Grad(const Value& root, const Values& inputs, GradOptions options = {},
                              const Values& cotangents = {}) {
    return BackwardPass(tape, eager, cancellation).Grad({&root, 1}, cotangents, inputs, options);
  }

  const DeviceId device;
  const std::unique_ptr<BackendRegistry> backends;
  const RefPtr<MemoryBudget> budget;
  const RefPtr<NodeBudget> nodes;
  Eager eager;
  Tape tape;
  Cancellation cancellation;
};

}  // namespace gradd::testing
