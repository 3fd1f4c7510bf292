// What handlers work with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/spec/device_id.h"
#include "gradd/v1/session.pb.h"
#include "server/admission/admission.h"
#include "server/handlers/health_state.h"
#include "server/limits.h"
#include "server/rpc/execute_stream.h"
#include "server/rpc/timers.h"
#include "server/rpc/unary.h"
#include "server/session/session_manager.h"

namespace gradd::server {

// Everything referred to is owned by server/environment and outlives all calls.
struct Services {
  Clock& clock;
  Timers& timers;
  Admission& admission;
  SessionManager& sessions;
  HealthState& health;
  std::vector<DeviceId> devices;
  v1::Limits limits;  // as clients are told
  bool reflection = false;
  UnaryEnvironment unary;
  ExecuteEnvironment execute;

  // The largest chunk of a blob, which fits into a message.
  int64_t max_chunk() const {
    return std::min(limits::kBlobChunkBytes, limits.message_bytes() - limits::kMessageHeadBytes);
  }
};

}  // namespace gradd::server
