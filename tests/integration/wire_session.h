// A session and an attachment over raw messages, with the few commands that most tests send.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "gradd/v1/gradient_service.pb.h"
#include "tests/integration/wire_client.h"
#include "tests/support/patience.h"

namespace gradd::server {

// Makes a session and attaches to it. The test fails if that fails.
class WireSession {
 public:
  explicit WireSession(WireClient& client, const v1::CreateSessionRequest& request = {});

  WireClient& client() { return client_; }
  const std::string& id() const { return id_; }
  const std::string& secret() const { return secret_; }
  uint32_t attachment() const { return attachment_; }
  const v1::Limits& limits() const { return limits_; }
  // Of this attachment, by number.
  uint64_t Handle(uint64_t number) const { return uint64_t{attachment_} << 40 | number; }

  v1::Scope Scope() const;
  // A command that the stream carries; `scope` is left out.
  v1::Command Create(uint64_t sequence, uint64_t handle, const std::vector<float>& values) const;
  v1::Command CallOp(uint64_t sequence, const std::string& op, std::vector<uint64_t> inputs,
                     uint64_t output) const;
  v1::Command Fetch(uint64_t sequence, uint64_t handle) const;
  v1::Command Release(uint64_t sequence, uint64_t handle) const;

  // A command of `count` calls that take milliseconds each; `x` is a CreateMatrix. They are matrix
  // products; on a GPU, after one call that makes a view of `x`, sums of that.
  v1::Command Heavy(uint64_t sequence, uint64_t x, uint64_t first_output, int count) const;
  v1::Command CreateMatrix(uint64_t sequence, uint64_t handle) const;

  // The same as unary calls, unnumbered.
  absl::Status CreateTensor(uint64_t handle, const std::vector<float>& values);
  absl::StatusOr<std::vector<float>> FetchValues(uint64_t handle);

 private:
  WireClient& client_;
  std::string id_;
  std::string secret_;
  uint32_t attachment_ = 0;
  v1::Limits limits_;
};

std::vector<float> ValuesOf(const v1::FetchResponse& response);

// An open Execute stream.
class WireExecute {
 public:
  // Sends `open`, with commands in the same message, and waits for StreamOpened, unless the stream
  // ends before.
  explicit WireExecute(WireSession& session, uint64_t acknowledged = 0,
                       const std::vector<v1::Command>& commands = {});

  uint64_t applied_at_open() const { return applied_at_open_; }
  bool Send(const std::vector<v1::Command>& commands, uint64_t acknowledged = 0);
  bool SendRaw(absl::string_view request) { return stream_->Write(request); }
  // Reads until the answer to command `sequence` comes.
  std::optional<v1::Result> AwaitResult(uint64_t sequence,
                                        absl::Duration timeout = testing::kPatience);
  // Reads until the server says that `sequence` is applied.
  bool AwaitApplied(uint64_t sequence, absl::Duration timeout = testing::kPatience);
  // Reads one message. False when none comes.
  bool ReadOne(absl::Duration timeout = testing::kPatience);
  // Every answer that has come.
  const std::vector<v1::Result>& results() const { return results_; }
  uint64_t applied() const { return applied_; }
  WireStream& stream() { return *stream_; }
  // Reads to the end and says how that came.
  absl::Status End();

 private:
  std::unique_ptr<WireStream> stream_;
  std::vector<v1::Result> results_;
  uint64_t applied_ = 0;
  uint64_t applied_at_open_ = 0;
};

}  // namespace gradd::server
