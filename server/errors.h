// The catalogue of the server's own errors: each is made in one place and has a reason of its own.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace gradd::server::errors {

// --- Who may ask ---
absl::Status WrongSecret();
absl::Status NoToken();
absl::Status WrongToken();
absl::Status ExpiredToken();
absl::Status TooManyTokenFailures();

// --- Sessions. "Absent" and "expired" read the same. ---
absl::Status SessionNotFound();
absl::Status SessionEnded();
absl::Status AttachmentNotFound(uint32_t attachment);
absl::Status AttachmentNeeded();
absl::Status TooManySessions(int64_t limit);
absl::Status TooManyAttachments(int64_t limit);
absl::Status UnknownDevice(absl::string_view device);
absl::Status NegativeLease();

// --- The order of commands ---
absl::Status SequenceGap(uint64_t got, uint64_t expected);
absl::Status OtherPayload(uint64_t sequence);
absl::Status AnswerDropped(uint64_t sequence);
absl::Status SequenceMissing();
absl::Status StreamFenced();
absl::Status StreamNotOpened();
absl::Status StreamOpenedTwice();
absl::Status AnswersNotAcknowledged(int64_t bytes);
absl::Status TooManyEarlyCancels(int64_t limit);
absl::Status CommandTooSlow(absl::Duration budget);
absl::Status TooManyCalls(int64_t limit);
absl::Status TooManyMessages(int64_t limit);
absl::Status TooManyFailedLanes(int64_t limit);
absl::Status TooManyDefinitions(int64_t limit);
// The same error with the QuotaFailure of a session's quota, where its reason is one.
absl::Status WithSessionQuota(absl::Status status);

// --- Blobs ---
absl::Status BlobNotFound();
absl::Status TooManyBlobs(int64_t limit);
absl::Status BlobSizeNegative(int64_t size);
absl::Status BlobGap(int64_t offset, int64_t received);
absl::Status BlobTooLong(int64_t end, int64_t size);
absl::Status BlobIncomplete(int64_t received, int64_t size);
absl::Status BlobOffset(int64_t offset, int64_t size);
absl::Status ChunkTooLarge(int64_t size, int64_t limit);
absl::Status UploadHeaderMissing();
absl::Status UploadHeaderRepeated();
absl::Status UploadEndedEarly(int64_t received, int64_t size);
absl::Status TransferStalled();

// --- Requests ---
absl::Status UnknownMethod(absl::string_view method);
absl::Status MalformedMessage(absl::string_view type);
absl::Status MessageMissing();
absl::Status MessageRepeated();
absl::Status DeadlineExceeded();
absl::Status CallCancelled();
absl::Status Draining();
absl::Status Overloaded(absl::string_view subject, int64_t limit);
absl::Status UnknownService(absl::string_view service);

}  // namespace gradd::server::errors
