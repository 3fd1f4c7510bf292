#include "proto/codec/tensor_spec.h"

#include <limits>

#include <gtest/gtest.h>

#include "core/base/status.h"

namespace gradd::codec {
namespace {

constexpr DeviceId kDefault = {DeviceKind::kCuda, 1};
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

v1::TensorSpec Message(std::initializer_list<int64_t> shape,
                       std::initializer_list<int64_t> strides = {}, int64_t offset = 0) {
  v1::TensorSpec message;
  message.set_dtype(v1::DTYPE_FLOAT32);
  for (const int64_t size : shape) message.add_shape(size);
  for (const int64_t stride : strides) message.add_strides(stride);
  message.set_offset(offset);
  return message;
}

std::string ReasonFor(const v1::TensorSpec& message) {
  return ErrorReason(DecodeTensorSpec(message, kDefault).status());
}

TEST(TensorSpec, SurvivesTheRoundTrip) {
  TensorSpec spec = TensorSpec::Contiguous(DType::kInt64, {2, 3}, {});
  v1::TensorSpec message;
  EncodeTensorSpec(spec, &message);
  EXPECT_EQ(message.strides_size(), 0);
  EXPECT_EQ(*DecodeTensorSpec(message, kDefault), spec);

  spec.strides = {1, 2};
  spec.offset = 4;
  v1::TensorSpec view;
  EncodeTensorSpec(spec, &view);
  EXPECT_EQ(*DecodeTensorSpec(view, kDefault), spec);
}

TEST(TensorSpec, WithoutADeviceItIsOnTheSessions) {
  const absl::StatusOr<TensorSpec> spec = DecodeTensorSpec(Message({}), kDefault);
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->device, kDefault);
  EXPECT_EQ(spec->rank(), 0);
}

TEST(TensorSpec, RefusesWhatCannotBeATensor) {
  EXPECT_EQ(ReasonFor(v1::TensorSpec()), "DTYPE_UNSPECIFIED");
  EXPECT_EQ(ReasonFor(Message({-1})), "NEGATIVE_DIMENSION");
  EXPECT_EQ(ReasonFor(Message({std::numeric_limits<int64_t>::min()})), "NEGATIVE_DIMENSION");
  EXPECT_EQ(ReasonFor(Message({kMax, kMax})), "SIZE_OVERFLOW");
  EXPECT_EQ(ReasonFor(Message({kMax / 2})), "SIZE_OVERFLOW");
  EXPECT_EQ(ReasonFor(Message({2}, {1, 1})), "STRIDE_COUNT");
  EXPECT_EQ(ReasonFor(Message({2}, {-1})), "NEGATIVE_STRIDE");
  EXPECT_EQ(ReasonFor(Message({2}, {1}, -1)), "NEGATIVE_OFFSET");
  EXPECT_EQ(ReasonFor(Message({3}, {kMax})), "SIZE_OVERFLOW");
  EXPECT_EQ(ReasonFor(Message({2}, {1}, kMax)), "SIZE_OVERFLOW");
  v1::TensorSpec many = Message({});
  for (int i = 0; i < 1000; ++i) many.add_shape(1);
  EXPECT_EQ(ReasonFor(many), "RANK_TOO_LARGE");
  v1::TensorSpec device = Message({1});
  device.set_device("tpu:0");
  EXPECT_EQ(ReasonFor(device), "DEVICE_UNKNOWN");
}

TEST(TensorSpec, EmptyTensorsAreFine) {
  EXPECT_TRUE(DecodeTensorSpec(Message({0, 5}, {kMax, kMax}), kDefault).ok());
}

}  // namespace
}  // namespace gradd::codec
