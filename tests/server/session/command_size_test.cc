#include "server/session/command_size.h"

#include <string>

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "gradd/v1/command.pb.h"
#include "server/limits.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

absl::Status Check(const google::protobuf::MessageLite& message,
                   const google::protobuf::Descriptor& type) {
  const std::string bytes = message.SerializeAsString();
  // In pieces that end within everything.
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()), 7);
  return CheckCommandSize(type, stream);
}

v1::Command CommandOf(int calls) {
  v1::Command command;
  for (int i = 0; i < calls; ++i) command.mutable_forward()->add_calls();
  return command;
}

TEST(CommandSize, CallsAreBounded) {
  const google::protobuf::Descriptor& type = *v1::Command::descriptor();
  EXPECT_TRUE(Check(CommandOf(limits::kCallsPerCommand), type).ok());
  const absl::Status status = Check(CommandOf(limits::kCallsPerCommand + 1), type);
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "TOO_MANY_CALLS");
  const std::string flat = CommandOf(limits::kCallsPerCommand + 1).SerializeAsString();
  EXPECT_EQ(ErrorReason(CheckCommandSize(type, flat)), "TOO_MANY_CALLS");
  // The request of a unary call is a Command's part.
  EXPECT_EQ(ErrorReason(Check(CommandOf(5000).forward(), *v1::ForwardRequest::descriptor())),
            "TOO_MANY_CALLS");
  // A field that comes again is merged: together they have too many.
  const std::string half = CommandOf(limits::kCallsPerCommand).SerializeAsString();
  EXPECT_EQ(ErrorReason(CheckCommandSize(type, half + half)), "TOO_MANY_CALLS");
}

TEST(CommandSize, SoAreAllOtherMessages) {
  v1::Command define, call;
  for (int i = 0; i < limits::kMessagesPerCommand; ++i) {
    define.mutable_define()->add_definitions();
  }
  EXPECT_EQ(ErrorReason(Check(define, *v1::Command::descriptor())), "TOO_MANY_MESSAGES");
  v1::OpCall& op = *call.mutable_forward()->add_calls();
  for (int i = 0; i < limits::kMessagesPerCommand; ++i) op.add_scalars();
  EXPECT_EQ(ErrorReason(Check(call, *v1::Command::descriptor())), "TOO_MANY_MESSAGES");
}

TEST(CommandSize, LargeDataIsNoMatter) {
  v1::Command command;
  command.mutable_create_tensor()->set_data(std::string(1 << 20, '\x12'));
  command.mutable_create_tensor()->mutable_spec()->add_shape(1 << 20);
  EXPECT_TRUE(Check(command, *v1::Command::descriptor()).ok());
}

TEST(CommandSize, GroupsAndBrokenEndsAreNoCommand) {
  const google::protobuf::Descriptor& type = *v1::Command::descriptor();
  const std::string padding = CommandOf(limits::kCallsPerCommand).SerializeAsString();
  EXPECT_EQ(CheckCommandSize(type, padding + "\x7b\x7c").code(), Code::kInternal);
  EXPECT_EQ(CheckCommandSize(type, padding + "\x22\x05").code(), Code::kInternal);
  EXPECT_EQ(CheckCommandSize(type, padding + "\x22\xff\xff\xff\xff\x0f").code(), Code::kInternal);
}

}  // namespace
}  // namespace gradd::server
