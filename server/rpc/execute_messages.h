// The messages of Execute, read and written without a copy of what they carry.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace gradd::server {

// An ExecuteRequest whose parts are still where they were received.
struct ExecuteRequestView {
  std::optional<absl::string_view> open;    // a serialized OpenStream
  std::vector<absl::string_view> commands;  // serialized Commands
  uint64_t acknowledged = 0;

  // False when `bytes` are no valid message. What was there before is replaced.
  bool Parse(absl::string_view bytes);
};

// Answers on their way out, in order.
class ExecuteOutbox {
 public:
  // `answer`: see EncodeAnswer.
  void Add(uint64_t sequence, absl::Cord answer);
  void Clear();
  bool empty() const { return answers_.empty(); }
  int64_t bytes() const { return bytes_; }

  // An ExecuteResponse with as many of the answers as one message should have. It says that
  // commands up to `applied` are applied, or up to the last answer in it if there are more.
  absl::Cord TakeMessage(uint64_t applied);

 private:
  struct Answer {
    uint64_t sequence;
    absl::Cord bytes;
  };
  std::vector<Answer> answers_;
  size_t first_ = 0;
  int64_t bytes_ = 0;
  uint64_t last_sequence_ = 0;  // the largest in any message so far
};

// The field `opened` of an ExecuteResponse.
absl::Cord EncodeStreamOpened(uint64_t applied);

}  // namespace gradd::server
