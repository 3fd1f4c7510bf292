// The exception of the client.
#pragma once

#include <stdexcept>
#include <string>

#include "absl/status/status.h"

namespace gradd {
inline namespace client {

// What went wrong, and where in the user's program it began. An error of the server is thrown at
// the first line that waits for an answer; op() and source() name the call that caused it.
class Error : public std::runtime_error {
 public:
  // what() is the message, with " [op 'div' at train.cc:42]" behind it where those are known.
  Error(absl::StatusCode code, std::string reason, std::string message, std::string op,
        std::string source);

  absl::StatusCode code() const { return code_; }
  // UPPER_SNAKE, stable: what programs decide by.
  const std::string& reason() const { return reason_; }
  const std::string& message() const { return message_; }
  // The op or command that failed. Empty: not known.
  const std::string& op() const { return op_; }
  // "train.cc:42". Empty: not known.
  const std::string& source() const { return source_; }

 private:
  absl::StatusCode code_;
  std::string reason_;
  std::string message_;
  std::string op_;
  std::string source_;
};

}  // namespace client
}  // namespace gradd
