#include "server/errors.h"

#include "absl/strings/str_cat.h"

#include "core/base/status.h"
#include "proto/codec/quoted.h"
#include "proto/codec/status.h"
#include "server/limits.h"

namespace gradd::server::errors {
namespace {

using Code = absl::StatusCode;

absl::Status Quota(absl::string_view reason, absl::string_view subject, const std::string& text) {
  return codec::WithQuotaViolation(ResourceExhausted(reason, text), subject, text);
}

absl::Status RetryLater(absl::Status status) {
  return codec::WithRetryDelay(std::move(status), limits::kRetryDelay);
}

}  // namespace

absl::Status WrongSecret() {
  return MakeError(Code::kPermissionDenied, "WRONG_SECRET",
                   "The session's secret is missing or wrong");
}
absl::Status NoToken() {
  return MakeError(Code::kUnauthenticated, "TOKEN_MISSING",
                   "This server wants a bearer token (metadata 'authorization')");
}
absl::Status WrongToken() {
  return MakeError(Code::kUnauthenticated, "TOKEN_WRONG", "The bearer token is not known");
}
absl::Status ExpiredToken() {
  return MakeError(Code::kUnauthenticated, "TOKEN_EXPIRED", "The bearer token has expired");
}
absl::Status TooManyTokenFailures() {
  return codec::WithRetryDelay(
      ResourceExhausted("TOO_MANY_TOKEN_FAILURES", "Too many wrong bearer tokens; try again later"),
      absl::Seconds(1));
}

absl::Status SessionNotFound() {
  return NotFound("SESSION_NOT_FOUND", "There is no such session, or its lease has run out");
}
absl::Status SessionEnded() {
  return MakeError(Code::kAborted, "SESSION_ENDED", "The session ended before this was done");
}
absl::Status AttachmentNotFound(uint32_t attachment) {
  return NotFound("ATTACHMENT_NOT_FOUND", "The session has no attachment ", attachment,
                  ", or its lease has run out");
}
absl::Status AttachmentNeeded() {
  return InvalidArgument("ATTACHMENT_NEEDED", "This request needs scope.attachment");
}
absl::Status TooManySessions(int64_t limit) {
  return RetryLater(Quota("QUOTA_SESSIONS", "server:sessions",
                          absl::StrCat("The server has all of its ", limit, " sessions")));
}
absl::Status TooManyAttachments(int64_t limit) {
  return Quota("QUOTA_ATTACHMENTS", "session:attachments",
               absl::StrCat("The session has all of its ", limit, " attachments"));
}
absl::Status UnknownDevice(absl::string_view device) {
  return InvalidArgument("UNKNOWN_DEVICE", "This server has no device ", codec::Quoted(device));
}
absl::Status NegativeLease() {
  return InvalidArgument("INVALID_LEASE", "The lease is not a positive duration");
}

absl::Status SequenceGap(uint64_t got, uint64_t expected) {
  return FailedPrecondition("SEQUENCE_GAP", "Command ", got, " came where ", expected,
                            " was expected");
}
absl::Status OtherPayload(uint64_t sequence) {
  return InvalidArgument("OTHER_PAYLOAD", "Command ", sequence,
                         " was applied before with another content");
}
absl::Status AnswerDropped(uint64_t sequence) {
  return FailedPrecondition("ANSWER_DROPPED", "Command ", sequence,
                            " was applied, but its answer is no longer kept");
}
absl::Status SequenceMissing() {
  return InvalidArgument("SEQUENCE_MISSING", "A command of a stream has a sequence number above 0");
}
absl::Status StreamFenced() {
  return FailedPrecondition("FENCED", "A newer stream of this attachment has taken over");
}
absl::Status StreamNotOpened() {
  return InvalidArgument("STREAM_NOT_OPENED", "The first message of a stream has `open`");
}
absl::Status StreamOpenedTwice() {
  return InvalidArgument("STREAM_OPENED_TWICE", "Only the first message of a stream has `open`");
}
absl::Status AnswersNotAcknowledged(int64_t bytes) {
  return Quota(
      "QUOTA_ANSWERS", "attachment:answers",
      absl::StrCat("Answers of ", bytes,
                   " bytes wait for the client to acknowledge them, and it goes on sending"));
}
absl::Status TooManyEarlyCancels(int64_t limit) {
  return Quota("QUOTA_CANCELS", "session:cancels",
               absl::StrCat("More than ", limit, " commands were cancelled before they came"));
}
absl::Status CommandTooSlow(absl::Duration budget) {
  return MakeError(Code::kDeadlineExceeded, "COMMAND_TOO_SLOW",
                   absl::StrCat("The command took longer than ", absl::FormatDuration(budget)));
}
absl::Status TooManyCalls(int64_t limit) {
  return Quota("TOO_MANY_CALLS", "command:calls",
               absl::StrCat("A command may have at most ", limit, " calls"));
}
absl::Status TooManyMessages(int64_t limit) {
  return Quota("TOO_MANY_MESSAGES", "command:messages",
               absl::StrCat("A command may consist of at most ", limit, " messages"));
}
absl::Status TooManyFailedLanes(int64_t limit) {
  return Quota("QUOTA_LANES", "attachment:lanes",
               absl::StrCat("Commands of ", limit,
                            " lanes have failed, which is as many as may have, and the client has "
                            "not gone on in any of them"));
}
absl::Status TooManyDefinitions(int64_t limit) {
  return Quota(
      "QUOTA_DEFINITIONS", "attachment:definitions",
      absl::StrCat("the attachment has ", limit, " definitions, which is as many as it may have"));
}
absl::Status WithSessionQuota(absl::Status status) {
  // What these count is counted in core, which knows nothing of sessions.
  static constexpr struct {
    absl::string_view reason, subject;
  } kQuotas[] = {{"QUOTA_TENSORS", "session:tensors"},
                 {"QUOTA_NODES", "session:nodes"},
                 {"QUOTA_BYTES", "session:bytes"}};
  if (status.code() != Code::kResourceExhausted) return status;
  const std::string reason = ErrorReason(status);
  for (const auto& quota : kQuotas) {
    if (quota.reason != reason) continue;
    const std::string text(status.message());
    return codec::WithQuotaViolation(std::move(status), quota.subject, text);
  }
  return status;
}

absl::Status BlobNotFound() { return NotFound("BLOB_NOT_FOUND", "The session has no such blob"); }
absl::Status TooManyBlobs(int64_t limit) {
  return Quota("QUOTA_BLOBS", "session:blobs",
               absl::StrCat("The session has all of its ", limit, " blobs"));
}
absl::Status BlobSizeNegative(int64_t size) {
  return InvalidArgument("BLOB_SIZE", "A blob cannot have ", size, " bytes");
}
absl::Status BlobGap(int64_t offset, int64_t received) {
  return InvalidArgument("BLOB_OFFSET", "Data for offset ", offset, " came where the blob has ",
                         received, " bytes");
}
absl::Status BlobTooLong(int64_t end, int64_t size) {
  return InvalidArgument("BLOB_TOO_LONG", "Data up to offset ", end, " came for a blob of ", size,
                         " bytes");
}
absl::Status BlobIncomplete(int64_t received, int64_t size) {
  return FailedPrecondition("BLOB_INCOMPLETE", "Only ", received, " of the blob's ", size,
                            " bytes have come");
}
absl::Status BlobOffset(int64_t offset, int64_t size) {
  return InvalidArgument("BLOB_OFFSET", "Offset ", offset, " is outside of a blob of ", size,
                         " bytes");
}
absl::Status ChunkTooLarge(int64_t size, int64_t limit) {
  return ResourceExhausted("CHUNK_TOO_LARGE", "A chunk of ", size, " bytes; at most ", limit,
                           " are accepted");
}
absl::Status UploadHeaderMissing() {
  return InvalidArgument("UPLOAD_HEADER_MISSING",
                         "The first message of an upload has `scope` and `blob`");
}
absl::Status UploadHeaderRepeated() {
  return InvalidArgument("UPLOAD_HEADER_REPEATED",
                         "Only the first message of an upload has `scope` and `blob`");
}
absl::Status UploadEndedEarly(int64_t received, int64_t size) {
  return InvalidArgument("UPLOAD_ENDED_EARLY", "The upload ended with ", received, " of ", size,
                         " bytes; another may go on from there");
}
absl::Status TransferStalled() {
  return MakeError(Code::kDeadlineExceeded, "TRANSFER_STALLED",
                   "Nothing was sent or read for too long");
}

absl::Status UnknownMethod(absl::string_view method) {
  return Unimplemented("UNKNOWN_METHOD", "This server has no method ", codec::Quoted(method));
}
absl::Status MalformedMessage(absl::string_view type) {
  return InternalError("MALFORMED_MESSAGE", "The request is no valid ", type);
}
absl::Status MessageMissing() {
  return InternalError("MESSAGE_MISSING", "The call ended before its request came");
}
absl::Status DeadlineExceeded() {
  return MakeError(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The deadline has passed");
}
absl::Status CallCancelled() {
  return MakeError(Code::kCancelled, "CANCELLED", "The call was cancelled");
}
absl::Status Draining() {
  return RetryLater(MakeError(Code::kUnavailable, "DRAINING", "The server is shutting down"));
}
absl::Status Overloaded(absl::string_view subject, int64_t limit) {
  return RetryLater(
      Quota("OVERLOADED", absl::StrCat("server:", subject),
            absl::StrCat("The server has reached its limit of ", limit, " ", subject)));
}
absl::Status UnknownService(absl::string_view service) {
  return NotFound("UNKNOWN_SERVICE", "This server has no service ", codec::Quoted(service));
}

}  // namespace gradd::server::errors
