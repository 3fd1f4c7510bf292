#include "proto/codec/op_call.h"

#include <random>

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "core/ops/op_table.h"
#include "gradd/v1/gradient_service.pb.h"
#include "proto/codec/attributes.h"
#include "proto/codec/scalar.h"

namespace gradd::codec {
namespace {

using google::protobuf::util::MessageDifferencer;

AttributeValue RandomAttribute(std::mt19937_64& random) {
  switch (random() % 8) {
    case 0:
      return true;
    case 1:
      return static_cast<int64_t>(random());
    case 2:
      return -0.5;
    case 3:
      return DType::kBool;
    case 4: {
      Dims dims(random() % 3 == 0 ? random() % 200 : random() % 4);
      for (int64_t& dim : dims) dim = static_cast<int64_t>(random() >> random() % 64);
      return dims;
    }
    case 5:
      return Scalar(static_cast<int64_t>(random()));
    case 6:
      return DeviceId{DeviceKind::kCuda, 3};
    default:
      return std::monostate();
  }
}

TEST(OpCall, ParsesAsTheMessageWouldHaveBeenWritten) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint64_t> inputs(random() % 5);
    std::vector<Scalar> scalars;
    for (uint64_t& input : inputs) {
      input = random() % 3 == 0 ? 0 : random() >> random() % 64;
      if (input == 0) scalars.emplace_back(random() % 2 == 0 ? Scalar(1.5) : Scalar(true));
    }
    std::vector<AttributeValue> values;
    for (size_t n = random() % 5; n > 0; --n) values.push_back(RandomAttribute(random));
    const Attributes attributes(values);
    OpCall call;
    call.op_id = static_cast<uint32_t>(random());
    call.source_id = static_cast<uint32_t>(random() % 3);
    call.inputs = inputs;
    call.scalars = scalars;
    call.output = random() % 2 * (uint64_t{7} << 40 | 9);
    call.grad_mode = static_cast<v1::GradMode>(random() % 4);
    call.in_place = random() % 2 == 0;

    v1::OpCall expected;
    expected.set_op_id(call.op_id);
    expected.set_source_id(call.source_id);
    for (const uint64_t input : inputs) expected.add_inputs(input);
    for (const Scalar& scalar : scalars) EncodeScalar(scalar, expected.add_scalars());
    expected.set_output(call.output);
    EncodeAttributes(attributes, expected.mutable_attributes());
    expected.set_grad_mode(call.grad_mode);
    expected.set_in_place(call.in_place);

    std::string bytes;
    AppendOpCall(call, attributes, &bytes);
    AppendOpCall(call, attributes, &bytes);
    v1::ForwardRequest forward;
    ASSERT_TRUE(forward.ParseFromString(bytes));
    ASSERT_EQ(forward.calls_size(), 2);
    for (const v1::OpCall& parsed : forward.calls()) {
      EXPECT_TRUE(MessageDifferencer::Equals(parsed, expected))
          << parsed.DebugString() << expected.DebugString();
    }
  }
}

TEST(OpCall, FramedCommandsConcatenateToARequest) {
  OpCall call;
  call.op_id = 3;
  std::string forward;
  for (int i = 0; i < 100; ++i) AppendOpCall(call, {}, &forward);
  v1::Command fetch;
  fetch.mutable_fetch()->set_handle(5);
  const std::string bytes = FrameForward({1, 2, 3}, forward) + FrameCommand({2, 0, 1}, &fetch);

  v1::ExecuteRequest request;
  ASSERT_TRUE(request.ParseFromString(bytes));
  ASSERT_EQ(request.commands_size(), 2);
  v1::Command first, second;
  ASSERT_TRUE(first.ParseFromString(request.commands(0)));
  EXPECT_EQ(first.sequence(), 1u);
  EXPECT_EQ(first.lane(), 2u);
  EXPECT_EQ(first.epoch(), 3u);
  EXPECT_EQ(first.forward().calls_size(), 100);
  ASSERT_TRUE(second.ParseFromString(request.commands(1)));
  EXPECT_EQ(second.sequence(), 2u);
  EXPECT_EQ(second.fetch().handle(), 5u);
}

}  // namespace
}  // namespace gradd::codec
