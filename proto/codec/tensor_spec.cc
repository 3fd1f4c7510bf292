#include "proto/codec/tensor_spec.h"

#include <optional>

#include "core/base/checked.h"
#include "core/base/status.h"
#include "proto/codec/dtype.h"
#include "proto/codec/quoted.h"

namespace gradd::codec {
namespace {

// The bytes of storage up to the last element, if they can be counted.
std::optional<int64_t> ExtentBytes(const TensorSpec& spec) {
  std::optional<int64_t> extent = CheckedAdd(spec.offset, 1);
  for (int i = 0; i < spec.rank() && extent; ++i) {
    if (spec.shape[i] == 0) return 0;
    const std::optional<int64_t> reach = CheckedMultiply(spec.shape[i] - 1, spec.strides[i]);
    extent = reach ? CheckedAdd(*extent, *reach) : std::nullopt;
  }
  if (!extent) return std::nullopt;
  return CheckedMultiply(*extent, static_cast<int64_t>(ItemSize(spec.dtype)));
}

}  // namespace

void EncodeTensorSpec(const TensorSpec& spec, v1::TensorSpec* message) {
  message->set_dtype(EncodeDType(spec.dtype));
  message->mutable_shape()->Assign(spec.shape.begin(), spec.shape.end());
  if (spec.strides != ContiguousStrides(spec.shape)) {
    message->mutable_strides()->Assign(spec.strides.begin(), spec.strides.end());
  }
  message->set_offset(spec.offset);
  message->set_device(ToString(spec.device));
}

absl::StatusOr<DeviceId> DecodeDevice(absl::string_view name) {
  if (const std::optional<DeviceId> device = ParseDeviceId(name)) return *device;
  return InvalidArgument("DEVICE_UNKNOWN", "unknown device ", Quoted(name));
}

absl::StatusOr<TensorSpec> DecodeTensorSpec(const v1::TensorSpec& message,
                                            DeviceId default_device) {
  TensorSpec spec;
  GRADD_ASSIGN_OR_RETURN(spec.dtype, DecodeDType(message.dtype()));
  const DimsView shape(message.shape().data(), message.shape_size());
  const DimsView strides(message.strides().data(), message.strides_size());
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  spec.shape.assign(shape.begin(), shape.end());
  if (strides.empty()) {
    spec.strides = ContiguousStrides(shape);
  } else if (strides.size() == shape.size()) {
    spec.strides.assign(strides.begin(), strides.end());
  } else {
    return InvalidArgument("STRIDE_COUNT",
                           "mismatch in length of strides and shape: ", strides.size(), " and ",
                           shape.size());
  }
  for (const int64_t stride : strides) {
    if (stride < 0) {
      return InvalidArgument("NEGATIVE_STRIDE",
                             "Negative strides are not supported at the moment, "
                             "got strides: ",
                             ToString(strides));
    }
  }
  spec.offset = message.offset();
  if (spec.offset < 0) {
    return InvalidArgument("NEGATIVE_OFFSET", "negative storage offset ", spec.offset);
  }
  spec.device = default_device;
  if (!message.device().empty()) {
    GRADD_ASSIGN_OR_RETURN(spec.device, DecodeDevice(message.device()));
  }
  if (!ByteCount(spec.shape, ItemSize(spec.dtype)) || !ExtentBytes(spec)) {
    return InvalidArgument("SIZE_OVERFLOW",
                           "Storage size calculation overflowed with sizes=", ToString(shape));
  }
  return spec;
}

}  // namespace gradd::codec
