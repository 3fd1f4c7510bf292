// The server's stack of interpreters on one device, and the way of a case's tensors in and out.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "core/autograd/backward.h"
#include "core/autograd/tape.h"
#include "core/base/cancellation.h"
#include "core/runtime/eager.h"
#include "tests/conformance/case.h"
#include "tests/support/test_devices.h"

namespace gradd::conformance {

class Stack {
 public:
  explicit Stack(DeviceId device = testing::TestDevice());

  DeviceId device() const { return device_; }
  Eager& eager() { return eager_; }
  Tape& tape() { return tape_; }

  // A tensor with the layout that its spec asks for, inside a larger storage where need be.
  Value Make(const CaseTensor& tensor);
  std::vector<Value> Make(const std::vector<CaseTensor>& tensors);
  Attributes Fill(const std::vector<AttributeValue>& attributes) const;

  std::vector<double> Read(const Value& value);
  // The elements' bytes in row-major order.
  std::string Bytes(const Value& value);

  // The gradients of the sum over <outputs[i], cotangents[i]> by `inputs`, zeros where there are
  // none.
  absl::StatusOr<Values> Gradients(ValueSpan outputs, ValueSpan cotangents, ValueSpan inputs,
                                   bool create_graph = false, bool batched = false);

 private:
  const DeviceId device_;
  Eager eager_;
  Tape tape_;
  Cancellation cancellation_;
};

inline constexpr DeviceId kCpu = {DeviceKind::kCpu, 0};
inline constexpr DeviceId kSim = {DeviceKind::kSim, 0};

}  // namespace gradd::conformance
