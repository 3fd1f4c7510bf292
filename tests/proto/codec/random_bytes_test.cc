// Whatever parses as a message, decoding answers with a value or an error.
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "core/ops/op_table.h"
#include "gradd/v1/command.pb.h"
#include "proto/codec/attributes.h"
#include "proto/codec/scalar.h"
#include "proto/codec/status.h"
#include "proto/codec/tensor_spec.h"

namespace gradd::codec {
namespace {

constexpr int kRounds = 20000;

// Bytes that often are a field's tag, a small length or a varint of any size.
std::string RandomBytes(std::mt19937_64& random) {
  std::string bytes(random() % 48, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 80);
  }
  return bytes;
}

TEST(RandomBytes, SpecsAndScalars) {
  std::mt19937_64 random(1);
  int decoded = 0;
  for (int i = 0; i < kRounds; ++i) {
    v1::TensorSpec spec;
    if (!spec.ParseFromString(RandomBytes(random))) spec.add_shape(static_cast<int64_t>(random()));
    spec.set_dtype(static_cast<v1::DType>(random() % 6));
    const absl::StatusOr<TensorSpec> result = DecodeTensorSpec(spec, {});
    if (result.ok()) {
      ++decoded;
      EXPECT_GE(result->byte_count(), 0);
      EXPECT_GE(StorageExtent(*result), 0);
    }
    v1::Scalar scalar;
    if (scalar.ParseFromString(RandomBytes(random))) (void)DecodeScalar(scalar);
  }
  EXPECT_GT(decoded, 100);
}

TEST(RandomBytes, Attributes) {
  std::mt19937_64 random(2);
  for (int i = 0; i < kRounds; ++i) {
    const Op& op = *AllOps()[random() % AllOps().size()];
    AttributeMessages messages;
    for (size_t n = random() % 4; n > 0; --n) {
      v1::Attribute* const message = messages.Add();
      if (!message->ParseFromString(RandomBytes(random))) message->Clear();
      if (message->value_case() == v1::Attribute::VALUE_NOT_SET) {
        message->set_int_value(static_cast<int64_t>(random()));
      }
      if (random() % 2 == 0 && !op.attributes.empty()) {
        message->set_name(op.attributes[random() % op.attributes.size()].name);
      }
    }
    const absl::StatusOr<Attributes> decoded = DecodeAttributes(op, messages, {});
    EXPECT_TRUE(!decoded.ok() || CheckAttributes(op, *decoded).ok());
  }
}

TEST(RandomBytes, Statuses) {
  std::mt19937_64 random(3);
  for (int i = 0; i < kRounds; ++i) {
    google::rpc::Status message;
    if (!message.ParseFromString(RandomBytes(random))) message.Clear();
    auto* const detail = message.add_details();
    detail->set_type_url(random() % 2 == 0 ? "type.googleapis.com/google.rpc.ErrorInfo"
                                           : "type.googleapis.com/gradd.v1.RootCause");
    detail->set_value(RandomBytes(random));
    message.set_code(static_cast<int>(random()));
    ErrorOrigin origin;
    EXPECT_EQ(DecodeStatus(message, &origin).ok(), message.code() == 0);
    (void)DecodeStatusDetails(13, "text", RandomBytes(random));
  }
}

}  // namespace
}  // namespace gradd::codec
