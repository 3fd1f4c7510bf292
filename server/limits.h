// Every bound of the server. Those that an operator may want to change are the defaults of flags
// (server/config.cc).
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace gradd::server::limits {

// --- Messages ---
inline constexpr int64_t kMessageBytes = int64_t{16} << 20;
inline constexpr int64_t kInlineTensorBytes = int64_t{1} << 20;
inline constexpr int64_t kBlobChunkBytes = int64_t{1} << 20;
inline constexpr int kMetadataBytes = 16 << 10;
// Of a message, for what it says beside its data.
inline constexpr int64_t kMessageHeadBytes = 4096;

// --- Sessions ---
inline constexpr int kSessions = 10'000;
inline constexpr int64_t kSessionBytes = int64_t{8} << 30;
inline constexpr int64_t kSessionTensors = 4'000'000;
inline constexpr int64_t kSessionNodes = 4'000'000;
inline constexpr int kAttachments = 1024;   // of a session
inline constexpr size_t kBlobs = 16 << 10;  // of a session
inline constexpr size_t kSessionIdBytes = 128;
inline constexpr absl::Duration kLease = absl::Minutes(5);
inline constexpr absl::Duration kMaxLease = absl::Hours(24);
inline constexpr absl::Duration kMinLease = absl::Seconds(1);

// --- One command ---
inline constexpr int kCallsPerCommand = 4096;
// Messages within it, whose objects take more memory than their bytes.
inline constexpr int kMessagesPerCommand = 64 << 10;
// Fields of a unary request that may come before its scope.
inline constexpr int kFieldsBeforeScope = 4096;
// Of the client's texts that live on: source lines; what an error says, and its op and source,
// a little more than is sent (proto/codec/status.cc).
inline constexpr size_t kSourceBytes = 1024;
inline constexpr size_t kErrorTextBytes = 1600;
inline constexpr size_t kErrorNameBytes = 256;

// --- One attachment ---
// Commands whose fingerprints wait for an acknowledgement, and the bytes of answers that do.
inline constexpr size_t kUnacknowledgedCommands = 256 << 10;
inline constexpr int64_t kKeptAnswerBytes = int64_t{64} << 20;
// Of the bytes of answers, those that every attachment may keep beside the session's own bytes, so
// that one which is full can still be told so.
inline constexpr int64_t kFreeAnswerBytes = int64_t{4} << 20;
// Client threads that have not heard of their failure.
inline constexpr size_t kFailedLanes = 4096;
inline constexpr size_t kDefinitions = 1 << 20;
inline constexpr size_t kDefinitionBytes = 1024;  // of one's text
// Numbers of commands that were cancelled before they came.
inline constexpr size_t kEarlyCancels = 1024;

// --- One stream ---
// Undecoded messages beyond which the server stops reading, and answers beyond which it stops
// applying.
inline constexpr int64_t kInboxBytes = int64_t{4} << 20;
inline constexpr size_t kInboxMessages = 1024;
inline constexpr int64_t kOutboxBytes = int64_t{4} << 20;
// A response is closed when it has so many bytes of answers. Clients accept 4 MiB by default.
inline constexpr int64_t kResponseBytes = int64_t{1} << 20;
// A client that has not read an answer or a chunk for so long is gone.
inline constexpr absl::Duration kStall = absl::Minutes(1);

// --- The server ---
inline constexpr int kCallsInFlight = 4096;
inline constexpr int kStreams = 20'000;
inline constexpr int64_t kQueuedBytes = int64_t{1} << 30;   // of requests that wait or run
inline constexpr int64_t kServerBytes = int64_t{64} << 30;  // of all sessions
inline constexpr int64_t kCachedBytes = int64_t{1} << 30;   // free, besides those
inline constexpr int kStreamsPerConnection = 1000;
inline constexpr absl::Duration kCallDuration = absl::Minutes(10);
inline constexpr absl::Duration kCommandDuration = absl::Minutes(10);
inline constexpr absl::Duration kDrain = absl::Seconds(10);
// After that, until the process ends whatever still runs.
inline constexpr absl::Duration kExit = absl::Seconds(5);
// How often devices are looked at; and when one is lost, how long what was accepted may go on, how
// long answers have to leave, and when the process has ended whatever hangs.
inline constexpr absl::Duration kDeviceWatch = absl::Milliseconds(100);
inline constexpr absl::Duration kLostDeviceDrain = absl::Seconds(1);
inline constexpr absl::Duration kLostDeviceFlush = absl::Milliseconds(100);
inline constexpr absl::Duration kLostDeviceExit = absl::Seconds(2);
inline constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);
inline constexpr int kTokenFailuresPerSecond = 10;

// --- Threads ---
// How long a session may keep a thread that others wait for.
inline constexpr absl::Duration kSlice = absl::Milliseconds(1);

// --- Metrics ---
inline constexpr int kOpSeries = 20'000;

}  // namespace gradd::server::limits
