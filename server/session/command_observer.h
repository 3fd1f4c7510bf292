// Who is told of every command that was applied.
#pragma once

#include <cstdint>

#include "gradd/v1/command.pb.h"

namespace gradd::server {

// Called on a session's strand after each command. Must be cheap: no lock, no allocation.
class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  // The ticks are those of ReadTicks().
  virtual void OnCommand(v1::Command::CommandCase kind, uint64_t start_ticks,
                         uint64_t end_ticks) = 0;
};

}  // namespace gradd::server
