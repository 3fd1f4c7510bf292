#include "tests/support/reference_interpreter.h"

#include <cmath>
#include <utility>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "tests/support/reference_ops.h"

namespace gradd::testing {
namespace {

class ReferenceValue final : public ValueBase {
 public:
  using Storage = std::shared_ptr<std::vector<double>>;
  ReferenceValue(TensorSpec spec, Storage shared)
      : ValueBase(Kind::kBottom, std::move(spec)), storage(std::move(shared)) {}
  const Storage storage;
};

ReferenceValue& AsReference(const Value& value) { return static_cast<ReferenceValue&>(*value); }

// What is left of `value` once it is an element of `dtype`. What no int64 can hold becomes the
// smallest, as in PyTorch on x86.
double Stored(DType dtype, double value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (dtype == DType::kBool) return value != 0 ? 1 : 0;
  if (dtype == DType::kInt32) {  // as a narrower copy of the int64
    return static_cast<int32_t>(static_cast<int64_t>(Stored(DType::kInt64, value)));
  }
  if (dtype == DType::kInt64)
    return value >= -kLimit && value < kLimit ? std::trunc(value) : -kLimit;
  return value;
}

// Calls f(place in storage) for each element in row-major order.
template <class F>
void ForEachPlace(const TensorSpec& spec, F&& f) {
  ForEachIndex(spec.shape, [&](DimsView index) {
    int64_t place = spec.offset;
    for (size_t d = 0; d < index.size(); ++d) place += index[d] * spec.strides[d];
    f(place);
  });
}

bool SameValues(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  }
  return true;
}

}  // namespace

Value ReferenceInterpreter::Make(DType dtype, Dims shape, std::vector<double> values,
                                 DeviceId device) {
  return MakeStrided(TensorSpec::Contiguous(dtype, std::move(shape), device), std::move(values));
}

Value ReferenceInterpreter::MakeStrided(TensorSpec spec, std::vector<double> storage) {
  for (double& value : storage) value = Stored(spec.dtype, value);
  return MakeRef<ReferenceValue>(std::move(spec),
                                 std::make_shared<std::vector<double>>(std::move(storage)));
}

std::vector<double> ReferenceInterpreter::Read(const Value& value) {
  if (value->kind() == ValueBase::Kind::kScalar) {
    return {static_cast<const ScalarValue&>(*value).scalar().To<double>()};
  }
  const std::vector<double>& storage = *AsReference(value).storage;
  std::vector<double> values;
  ForEachPlace(value->spec(), [&](int64_t place) { values.push_back(storage.at(place)); });
  return values;
}

absl::StatusOr<Values> ReferenceInterpreter::Apply(const Op& op, ValueSpan inputs,
                                                   const Attributes& attributes) {
  absl::InlinedVector<const TensorSpec*, 3> input_specs;
  std::vector<DenseTensor> dense;
  for (const Value& input : inputs) {
    if (!input || input->kind() == ValueBase::Kind::kWrapped) {
      return InternalError("FOREIGN_VALUE", op.name, "(): an input is null or of another level");
    }
    input_specs.push_back(&input->spec());
    dense.push_back({input->spec().shape, Read(input)});
  }
  Specs specs;
  GRADD_RETURN_IF_ERROR(InferSpecs(op, input_specs, attributes, specs));

  const ReferenceOp reference_op = FindReferenceOp(op.name);
  if (reference_op == nullptr && op.expand != nullptr) {
    Values outputs(op.output_count);
    Builder g(*this);
    op.expand(g, op, inputs, attributes, absl::MakeSpan(outputs));
    GRADD_RETURN_IF_ERROR(g.status());
    return outputs;
  }
  if (reference_op == nullptr || specs.size() != 1) {
    return Unimplemented("REFERENCE_MISSING", "the reference interpreter has no ", op.name, "()");
  }
  DenseTensor result;
  result.shape = specs[0].shape;
  result.values.resize(ElementCount(result.shape));
  GRADD_RETURN_IF_ERROR(reference_op(dense, attributes, result));
  if (op.is_view && inputs[0]->kind() == ValueBase::Kind::kBottom) {
    const Value view = MakeRef<ReferenceValue>(specs[0], AsReference(inputs[0]).storage);
    if (!SameValues(Read(view), result.values)) {
      return InternalError("VIEW_LAYOUT", op.name, "(): the spec's layout is not the op's meaning");
    }
    return Values{view};
  }
  return Values{Make(specs[0].dtype, result.shape, std::move(result.values), specs[0].device)};
}

absl::Status ReferenceInterpreter::Assign(const Value& target, const Value& source) {
  const TensorSpec& spec = target->spec();
  if (target->kind() != ValueBase::Kind::kBottom || source->kind() == ValueBase::Kind::kWrapped ||
      spec.shape != source->spec().shape) {
    return InternalError("ASSIGN", "assign: ", ToString(source->spec()), " to ", ToString(spec));
  }
  const std::vector<double> values = Read(source);
  std::vector<double>& storage = *AsReference(target).storage;
  size_t i = 0;
  ForEachPlace(spec, [&](int64_t place) { storage.at(place) = Stored(spec.dtype, values[i++]); });
  return absl::OkStatus();
}

}  // namespace gradd::testing
