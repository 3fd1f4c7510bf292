// Why a command failed: the root cause that handles, lanes and fetches pass on.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "core/base/ref.h"
#include "proto/codec/status.h"

namespace gradd::server {

struct Cause final : public RefCounted {
  Cause(absl::Status failure, codec::ErrorOrigin where)
      : status(std::move(failure)), origin(std::move(where)) {}

  const absl::Status status;
  const codec::ErrorOrigin origin;
};

// Null: no failure.
using CausePtr = RefPtr<Cause>;

}  // namespace gradd::server
