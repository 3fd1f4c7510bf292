#include "tests/conformance/stack.h"

#include <cstring>
#include <memory>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/ops/view/as_strided.h"
#include "core/runtime/backend_registry.h"
#include "tests/support/must.h"
#include "tests/support/test_devices.h"

namespace gradd::conformance {
namespace {

using testing::Must;

const BackendRegistry& Backends() {
  static const BackendRegistry* const kBackends = testing::MakeTestBackends().release();
  return *kBackends;
}

RefPtr<MemoryBudget> Unlimited() {
  return MakeRef<MemoryBudget>(std::numeric_limits<int64_t>::max() / 2, nullptr);
}

template <class T>
std::string BytesOf(const std::vector<double>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  for (size_t i = 0; i < values.size(); ++i) {
    const T value = Scalar::FromDouble<T>(values[i]);
    std::memcpy(&bytes[i * sizeof(T)], &value, sizeof(T));
  }
  return bytes;
}

}  // namespace

Stack::Stack(DeviceId device)
    : device_(device),
      eager_(Backends(), Unlimited(), nullptr),
      tape_(eager_, MakeRef<NodeBudget>(int64_t{1} << 40)) {}

Value Stack::Make(const CaseTensor& tensor) {
  const TensorSpec& spec = tensor.spec;
  if (tensor.is_number()) {
    const double value = tensor.values[0];
    if (spec.dtype == DType::kBool) return MakeScalar(value != 0);
    if (spec.dtype == DType::kInt64) return MakeScalar(static_cast<int64_t>(value));
    return MakeScalar(value);
  }
  const bool plain = spec.offset == 0 && spec.strides == ContiguousStrides(spec.shape);
  std::vector<double> storage = tensor.values;
  if (!plain) {
    // What lies between the elements is poison where the dtype has one.
    storage.assign(spec.offset + StorageExtent(spec), std::numeric_limits<double>::quiet_NaN());
    for (size_t i = 0; i < tensor.values.size(); ++i) {
      int64_t place = spec.offset, left = static_cast<int64_t>(i);
      for (int d = spec.rank(); d-- > 0;) {
        place += left % spec.shape[d] * spec.strides[d];
        left /= spec.shape[d];
      }
      storage[place] = tensor.values[i];
    }
  }
  const Dims shape = plain ? spec.shape : Dims{static_cast<int64_t>(storage.size())};
  const std::string bytes =
      VisitDType(spec.dtype, [&](auto zero) { return BytesOf<decltype(zero)>(storage); });
  const Value base =
      Must(eager_.FromHost(TensorSpec::Contiguous(spec.dtype, shape, device_), bytes));
  if (plain) return base;
  Builder g(eager_);
  Value view = ops::AsStrided(g, base, spec.shape, spec.strides, spec.offset);
  Must(g.status());
  return view;
}

std::vector<Value> Stack::Make(const std::vector<CaseTensor>& tensors) {
  std::vector<Value> values;
  for (const CaseTensor& tensor : tensors) values.push_back(Make(tensor));
  return values;
}

Attributes Stack::Fill(const std::vector<AttributeValue>& attributes) const {
  std::vector<AttributeValue> filled = attributes;
  for (AttributeValue& value : filled) {
    if (std::holds_alternative<DeviceId>(value)) value = device_;
  }
  return Attributes(std::move(filled));
}

std::string Stack::Bytes(const Value& value) {
  std::string bytes(value->spec().byte_count(), '\0');
  Must(eager_.ToHost(AsTensor(value), bytes.data()));
  return bytes;
}

std::vector<double> Stack::Read(const Value& value) {
  const std::string bytes = Bytes(value);
  return VisitDType(value->spec().dtype, [&](auto zero) {
    using T = decltype(zero);
    std::vector<double> values;
    for (size_t i = 0; i < bytes.size(); i += sizeof(T)) {
      T element;
      std::memcpy(&element, &bytes[i], sizeof(T));
      values.push_back(static_cast<double>(element));
    }
    return values;
  });
}

absl::StatusOr<Values> Stack::Gradients(ValueSpan outputs, ValueSpan cotangents, ValueSpan inputs,
                                        bool create_graph, bool batched) {
  GradOptions options;
  options.retain_graph = true;
  options.create_graph = create_graph;
  options.allow_unused = true;
  options.materialize_grads = true;
  options.batched = batched;
  Values roots, seeds;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!tape_.RequiresGrad(outputs[i])) continue;
    roots.push_back(outputs[i]);
    if (!cotangents.empty()) seeds.push_back(cotangents[i]);
  }
  if (!roots.empty()) {
    return BackwardPass(tape_, eager_, cancellation_).Grad(roots, seeds, inputs, options);
  }
  Values zeros;
  Builder g(eager_);
  for (const Value& input : inputs) {
    TensorSpec spec = input->spec();
    if (batched) spec.shape.insert(spec.shape.begin(), cotangents[0]->spec().shape[0]);
    zeros.push_back(ops::ZerosLike(g, spec));
  }
  GRADD_RETURN_IF_ERROR(g.status());
  return zeros;
}

}  // namespace gradd::conformance
