#include "server/session/command_size.h"

#include <climits>
#include <cstdint>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "core/base/status.h"
#include "gradd/v1/command.pb.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/wire.h"

namespace gradd::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;

class Counter {
 public:
  explicit Counter(CodedInputStream& input) : input_(input) {}

  // As deep as the messages of command.proto are nested, which do not contain themselves.
  absl::Status Count(const Descriptor& type) {
    while (const uint32_t tag = input_.ReadTag()) {
      if ((tag & 7) == kLengthField) {
        GRADD_RETURN_IF_ERROR(CountField(type, static_cast<int>(tag >> 3)));
      } else if (!SkipField(input_, tag)) {
        return errors::MalformedMessage(type.full_name());
      }
    }
    if (!input_.ConsumedEntireMessage()) return errors::MalformedMessage(type.full_name());
    return absl::OkStatus();
  }

 private:
  absl::Status CountField(const Descriptor& type, int number) {
    uint32_t length;
    if (!input_.ReadVarint32(&length) || length > INT_MAX) {
      return errors::MalformedMessage(type.full_name());
    }
    const FieldDescriptor* const field = type.FindFieldByNumber(number);
    if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE) {
      if (input_.Skip(static_cast<int>(length))) return absl::OkStatus();
      return errors::MalformedMessage(type.full_name());
    }
    if (++messages_ > limits::kMessagesPerCommand) {
      return errors::TooManyMessages(limits::kMessagesPerCommand);
    }
    if (field->message_type() == v1::OpCall::descriptor() && ++calls_ > limits::kCallsPerCommand) {
      return errors::TooManyCalls(limits::kCallsPerCommand);
    }
    const CodedInputStream::Limit end = input_.PushLimit(static_cast<int>(length));
    const absl::Status status = Count(*field->message_type());
    // It has to end where it says, and not where the whole message does.
    const bool whole = input_.BytesUntilLimit() == 0;
    input_.PopLimit(end);
    if (status.ok() && !whole) return errors::MalformedMessage(type.full_name());
    return status;
  }

  CodedInputStream& input_;
  int messages_ = 0;
  int calls_ = 0;
};

}  // namespace

absl::Status CheckCommandSize(const Descriptor& type,
                              google::protobuf::io::ZeroCopyInputStream& bytes) {
  CodedInputStream input(&bytes);
  return Counter(input).Count(type);
}

absl::Status CheckCommandSize(const Descriptor& type, absl::string_view bytes) {
  if (bytes.size() < kSmallCommandBytes) return absl::OkStatus();
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  return CheckCommandSize(type, stream);
}

}  // namespace gradd::server
