// Who hears of everything that changes a session.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

#include "gradd/v1/command.pb.h"

namespace gradd::server {

// What could not be known from the commands alone: where a command ran out of memory or was
// cancelled. A replay makes it fail at the same place.
struct CommandOutcome {
  int64_t failed_reservation = 0;  // counted from 1 within the command; 0: none failed
  int64_t cancelled_at_op = 0;     // counted from 1 within the command; 0: not cancelled
  bool too_slow = false;           // that is why it was cancelled
};

class CommandLog {
 public:
  virtual ~CommandLog() = default;
  virtual void OnAttach(uint32_t attachment) = 0;
  virtual void OnDetach(uint32_t attachment) = 0;
  // The command that is told of next reads this blob, of whose `size` bytes `received` have come.
  virtual void OnBlob(uint64_t blob, int64_t size, absl::string_view received) = 0;
  virtual void OnCommand(uint32_t attachment, const v1::Command& command,
                         const CommandOutcome& outcome) = 0;
};

}  // namespace gradd::server
