#include "proto/codec/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"

namespace gradd::codec {
namespace {

using ::testing::HasSubstr;

constexpr DeviceId kDefault = {DeviceKind::kSim, 3};

v1::Attribute Ints(std::initializer_list<int64_t> values, const char* name = "") {
  v1::Attribute message;
  message.set_name(name);
  for (const int64_t value : values) message.mutable_ints_value()->add_values(value);
  return message;
}

v1::Attribute Int(int64_t value, const char* name = "") {
  v1::Attribute message;
  message.set_name(name);
  message.set_int_value(value);
  return message;
}

v1::Attribute Bool(bool value, const char* name = "") {
  v1::Attribute message;
  message.set_name(name);
  message.set_bool_value(value);
  return message;
}

AttributeMessages List(std::initializer_list<v1::Attribute> list) {
  return AttributeMessages(list.begin(), list.end());
}

absl::StatusOr<Attributes> Decode(const char* op, std::initializer_list<v1::Attribute> list) {
  return DecodeAttributes(*FindOp(op), List(list), kDefault);
}

void ExpectRefused(const absl::StatusOr<Attributes>& result, const char* reason, const char* text) {
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(result.status()), reason);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr(text));
}

TEST(Attributes, EveryOpWithEveryKindSurvivesTheRoundTrip) {
  for (const Op* op : AllOps()) {
    std::vector<AttributeValue> values;
    for (const AttributeDef& def : op->attributes) {
      switch (def.kind) {
        case AttributeKind::kBool:
          values.emplace_back(true);
          break;
        case AttributeKind::kInt:
          values.emplace_back(int64_t{-7});
          break;
        case AttributeKind::kFloat:
          values.emplace_back(2.5);
          break;
        case AttributeKind::kDType:
          values.emplace_back(DType::kFloat64);
          break;
        case AttributeKind::kDims:
          values.emplace_back(Dims{2, -1, 3, 4, 5});
          break;
        case AttributeKind::kScalar:
          values.emplace_back(Scalar(int64_t{4}));
          break;
        case AttributeKind::kDevice:
          values.emplace_back(DeviceId{DeviceKind::kCuda, 1});
          break;
      }
    }
    AttributeMessages messages;
    EncodeAttributes(Attributes(values), &messages);
    const absl::StatusOr<Attributes> decoded = DecodeAttributes(*op, messages, kDefault);
    ASSERT_TRUE(decoded.ok()) << op->name << ": " << decoded.status();
    ASSERT_EQ(decoded->size(), values.size());
    for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ((*decoded)[i], values[i]) << op->name;
  }
}

TEST(Attributes, WhatIsLeftOutGetsItsFallback) {
  const absl::StatusOr<Attributes> sum = Decode("sum", {});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(sum->Dims(0), Dims());
  EXPECT_FALSE(sum->Bool(1));
  EXPECT_FALSE(sum->Has(2));
}

TEST(Attributes, ANeededDeviceIsTheSessionsButAnOptionalOneStaysAbsent) {
  const absl::StatusOr<Attributes> full = Decode("full", {Ints({2}), Int(1)});
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->Device(3), kDefault);
  v1::Attribute absent;
  absent.set_name("device");
  absent.set_absent(true);
  EXPECT_EQ(Decode("full", {Ints({2}), Int(1), absent})->Device(3), kDefault);
  EXPECT_FALSE(Decode("to", {})->Has(1));
}

TEST(Attributes, NamesAndPositionsMix) {
  const absl::StatusOr<Attributes> sum = Decode("sum", {Ints({1}), Bool(true, "keepdim")});
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_TRUE(sum->Bool(1));
  EXPECT_TRUE(Decode("sum", {Bool(true, "keepdim")})->Bool(1));
}

TEST(Attributes, PlainNumbersAreScalars) {
  EXPECT_EQ(Decode("full", {Ints({2}), Int(3)})->Scalar(1), Scalar(int64_t{3}));
  EXPECT_EQ(Decode("full", {Ints({2}), Bool(true)})->Scalar(1), Scalar(true));
}

TEST(Attributes, RefusalsSayWhatIsWrong) {
  ExpectRefused(Decode("full", {Ints({2})}), "ATTRIBUTE_MISSING",
                "full(): missing attribute 'value'");
  ExpectRefused(Decode("sum", {Int(1)}), "ATTRIBUTE_TYPE", "sum(): attribute 'dims' must be ints");
  ExpectRefused(Decode("sum", {Ints({1}), Int(1)}), "ATTRIBUTE_TYPE", "'keepdim' must be bool");
  ExpectRefused(Decode("sum", {Ints({1}, "axis")}), "ATTRIBUTE_UNKNOWN",
                "sum(): no attribute is called 'axis'");
  ExpectRefused(Decode("sum", {Ints({1}), Ints({1}, "dims")}), "ATTRIBUTE_REPEATED", "twice");
  ExpectRefused(Decode("sin", {Int(1)}), "ATTRIBUTE_COUNT", "sin(): expected at most 0 attributes");
  ExpectRefused(Decode("sum", {v1::Attribute()}), "ATTRIBUTE_MISSING", "has no value");
}

TEST(Attributes, TextsOfThePeerAreEscapedAndCut) {
  v1::Attribute message = Int(1);
  message.set_name("x\n\x1b[31m" + std::string(1000, 'y'));
  const std::string text(Decode("sum", {message}).status().message());
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_LT(text.size(), 150u);
}

TEST(Attributes, UnknownDTypesAndDevicesAreRefused) {
  v1::Attribute dtype;
  dtype.set_name("dtype");
  dtype.set_dtype_value(static_cast<v1::DType>(77));
  ExpectRefused(Decode("sum", {dtype}), "DTYPE_UNKNOWN", "attribute 'dtype': unknown dtype 77");
  v1::Attribute device;
  device.set_name("device");
  device.set_device_value("gpu");
  ExpectRefused(Decode("to", {device}), "DEVICE_UNKNOWN", "unknown device 'gpu'");
}

}  // namespace
}  // namespace gradd::codec
