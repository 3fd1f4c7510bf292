#include "server/rpc/execute_messages.h"

#include <algorithm>
#include <string>
#include <utility>

#include <google/protobuf/io/coded_stream.h>

#include "gradd/v1/gradient_service.pb.h"
#include "server/limits.h"
#include "server/wire.h"

namespace gradd::server {
namespace {

using google::protobuf::io::CodedInputStream;

bool ReadView(CodedInputStream& input, absl::string_view* view) {
  uint32_t length;
  if (!input.ReadVarint32(&length)) return false;
  if (length == 0) {
    *view = {};
    return true;
  }
  const void* data = nullptr;
  int size = 0;
  if (!input.GetDirectBufferPointer(&data, &size) || static_cast<uint32_t>(size) < length) {
    return false;
  }
  *view = {static_cast<const char*>(data), length};
  return input.Skip(static_cast<int>(length));
}

}  // namespace

bool ExecuteRequestView::Parse(absl::string_view bytes) {
  open.reset();
  commands.clear();
  acknowledged = 0;
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  while (const uint32_t tag = input.ReadTag()) {
    absl::string_view view;
    switch (tag) {
      case WireTag(v1::ExecuteRequest::kOpenFieldNumber, kLengthField):
        if (!ReadView(input, &view)) return false;
        open = view;
        break;
      case WireTag(v1::ExecuteRequest::kCommandsFieldNumber, kLengthField):
        if (!ReadView(input, &view)) return false;
        commands.push_back(view);
        break;
      case WireTag(v1::ExecuteRequest::kAcknowledgedFieldNumber, kVarintField):
        if (!input.ReadVarint64(&acknowledged)) return false;
        break;
      default:
        if (!SkipField(input, tag)) return false;
    }
  }
  return input.ConsumedEntireMessage();
}

void ExecuteOutbox::Add(uint64_t sequence, absl::Cord answer) {
  bytes_ += static_cast<int64_t>(answer.size());
  answers_.push_back({sequence, std::move(answer)});
}

void ExecuteOutbox::Clear() {
  std::vector<Answer>().swap(answers_);
  first_ = 0;
  bytes_ = 0;
}

absl::Cord ExecuteOutbox::TakeMessage(uint64_t applied) {
  absl::Cord message;
  while (first_ < answers_.size()) {
    Answer& answer = answers_[first_];
    const auto size = static_cast<int64_t>(answer.bytes.size());
    if (!message.empty() && static_cast<int64_t>(message.size()) + size > limits::kResponseBytes) {
      break;
    }
    last_sequence_ = std::max(last_sequence_, answer.sequence);
    message.Append(std::move(answer.bytes));
    bytes_ -= size;
    ++first_;
  }
  if (first_ == answers_.size()) {
    Clear();
    last_sequence_ = std::max(last_sequence_, applied);
  }
  std::string end;
  AppendNumber(v1::ExecuteResponse::kAppliedFieldNumber, last_sequence_, &end);
  message.Append(end);
  return message;
}

absl::Cord EncodeStreamOpened(uint64_t applied) {
  v1::ExecuteResponse response;
  response.mutable_opened()->set_applied(applied);
  return absl::Cord(response.SerializeAsString());
}

}  // namespace gradd::server
