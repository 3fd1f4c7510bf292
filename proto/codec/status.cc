#include "proto/codec/status.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include <google/protobuf/any.pb.h>

#include "core/base/status.h"
#include "gradd/v1/errors.pb.h"

namespace gradd::codec {
namespace {

constexpr absl::string_view kDomain = "gradd";
constexpr absl::string_view kTypePrefix = "type.googleapis.com/";
// Trailers hold 8 KB in all; a text stands in them three times, twice of that in base64.
constexpr size_t kLongestText = 1500;
constexpr size_t kLongestName = 200;

// At most `limit` bytes of `text`, not ending inside a UTF-8 sequence.
std::string Cut(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return absl::StrCat(text.substr(0, limit), "...");
}

std::string TypeUrl(const google::protobuf::Message& message) {
  return absl::StrCat(kTypePrefix, message.GetTypeName());
}

template <class Message>
absl::Status With(absl::Status status, const Message& detail) {
  status.SetPayload(TypeUrl(detail), absl::Cord(detail.SerializeAsString()));
  return status;
}

template <class Message>
std::optional<Message> Find(const absl::Status& status) {
  Message message;
  const absl::optional<absl::Cord> payload = status.GetPayload(TypeUrl(message));
  if (!payload || !message.ParseFromString(std::string(*payload))) return std::nullopt;
  return message;
}

absl::StatusCode Code(int code) {
  // A code of its own that absl does not know becomes kUnknown.
  return absl::Status(static_cast<absl::StatusCode>(code), "").code();
}

}  // namespace

google::rpc::Status EncodeStatus(const absl::Status& status, const ErrorOrigin& origin) {
  google::rpc::Status message;
  message.set_code(static_cast<int>(status.code()));
  if (status.ok()) return message;
  message.set_message(Cut(status.message(), kLongestText));
  const std::string op = Cut(origin.op, kLongestName);
  const std::string source = Cut(origin.source, kLongestName);

  google::rpc::ErrorInfo info;
  info.set_reason(ErrorReason(status));
  info.set_domain(std::string(kDomain));
  if (!op.empty()) (*info.mutable_metadata())["op"] = op;
  if (!source.empty()) (*info.mutable_metadata())["source"] = source;
  if (origin.handle != 0) (*info.mutable_metadata())["handle"] = absl::StrCat(origin.handle);
  message.add_details()->PackFrom(info);

  if (!(origin == ErrorOrigin())) {
    v1::RootCause cause;
    cause.set_code(message.code());
    cause.set_reason(info.reason());
    cause.set_message(message.message());
    cause.set_op(op);
    cause.set_source(source);
    cause.set_sequence(origin.sequence);
    message.add_details()->PackFrom(cause);
  }
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    if (!absl::StartsWith(type_url, kTypePrefix)) return;
    google::protobuf::Any* const detail = message.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return message;
}

std::string EncodeStatusDetails(const absl::Status& status, const ErrorOrigin& origin) {
  return EncodeStatus(status, origin).SerializeAsString();
}

absl::Status DecodeStatus(const google::rpc::Status& message, ErrorOrigin* origin) {
  if (message.code() == 0) return absl::OkStatus();
  const absl::StatusCode code = Code(message.code());
  std::string reason = absl::StatusCodeToString(code);
  ErrorOrigin found;
  for (const google::protobuf::Any& detail : message.details()) {
    google::rpc::ErrorInfo info;
    v1::RootCause cause;
    if (detail.UnpackTo(&info) && info.domain() == kDomain) {
      reason = info.reason();
      for (const auto& [key, value] : info.metadata()) {
        if (key == "op") found.op = value;
        if (key == "source") found.source = value;
        if (key == "handle" && !absl::SimpleAtoi(value, &found.handle)) found.handle = 0;
      }
    } else if (detail.UnpackTo(&cause)) {
      found.sequence = cause.sequence();
      if (!cause.op().empty()) found.op = cause.op();
      if (!cause.source().empty()) found.source = cause.source();
    }
  }
  absl::Status status = MakeError(code, reason, message.message());
  for (const google::protobuf::Any& detail : message.details()) {
    if (detail.Is<google::rpc::ErrorInfo>() || detail.Is<v1::RootCause>()) continue;
    if (!absl::StartsWith(detail.type_url(), kTypePrefix)) continue;
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  if (origin != nullptr) *origin = std::move(found);
  return status;
}

absl::Status DecodeStatusDetails(int code, absl::string_view text, absl::string_view details,
                                 ErrorOrigin* origin) {
  google::rpc::Status message;
  const bool parsed =
      !details.empty() && message.ParseFromArray(details.data(), static_cast<int>(details.size()));
  if (!parsed) message.Clear();
  // The RPC's own code counts: details are what a proxy may have dropped or made up.
  message.set_code(code);
  if (!parsed || message.message().empty()) message.set_message(std::string(text));
  return DecodeStatus(message, origin);
}

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo info;
  const int64_t seconds = absl::IDivDuration(delay, absl::Seconds(1), &delay);
  info.mutable_retry_delay()->set_seconds(seconds);
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(delay)));
  return With(std::move(status), info);
}

std::optional<absl::Duration> RetryDelay(const absl::Status& status) {
  const auto info = Find<google::rpc::RetryInfo>(status);
  if (!info) return std::nullopt;
  return absl::Seconds(info->retry_delay().seconds()) +
         absl::Nanoseconds(info->retry_delay().nanos());
}

absl::Status WithQuotaViolation(absl::Status status, absl::string_view subject,
                                absl::string_view description) {
  google::rpc::QuotaFailure failure =
      Find<google::rpc::QuotaFailure>(status).value_or(google::rpc::QuotaFailure());
  auto* const violation = failure.add_violations();
  violation->set_subject(std::string(subject));
  violation->set_description(std::string(description));
  return With(std::move(status), failure);
}

absl::Status WithFieldViolation(absl::Status status, absl::string_view field,
                                absl::string_view description) {
  google::rpc::BadRequest bad =
      Find<google::rpc::BadRequest>(status).value_or(google::rpc::BadRequest());
  auto* const violation = bad.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
  return With(std::move(status), bad);
}

}  // namespace gradd::codec
