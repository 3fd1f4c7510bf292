// Attributes of an op <-> their messages.
#pragma once

#include "absl/status/statusor.h"
#include <google/protobuf/repeated_ptr_field.h>

#include "core/ops/attributes.h"
#include "core/ops/op.h"
#include "gradd/v1/tensor.pb.h"

namespace gradd::codec {

using AttributeMessages = google::protobuf::RepeatedPtrField<v1::Attribute>;

// By position, without names.
void EncodeAttributes(const Attributes& attributes, AttributeMessages* messages);

// The attributes of a call of `op`, all of them and of the declared kinds.
//
// A message names its attribute, or stands for the one at its own position. What is left out gets
// its declared fallback, a needed device `default_device`, an optional attribute nothing. Numbers
// written plainly are taken for a float or a scalar. Unknown, doubled, missing and mistyped
// attributes are INVALID_ARGUMENT.
absl::StatusOr<Attributes> DecodeAttributes(const Op& op, const AttributeMessages& messages,
                                            DeviceId default_device);

}  // namespace gradd::codec
