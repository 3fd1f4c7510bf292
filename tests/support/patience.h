// How long tests wait. Nothing is measured by these: slow builds on busy machines are no failures.
#pragma once

#include "absl/time/time.h"

namespace gradd::testing {

// For what must come.
inline constexpr absl::Duration kPatience = absl::Minutes(2);

// For what must not wait for something else that takes much longer.
inline constexpr absl::Duration kAtOnce = absl::Seconds(6);

}  // namespace gradd::testing
