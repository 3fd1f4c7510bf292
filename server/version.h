// Filled in by the build.
#pragma once

namespace gradd::server {

inline constexpr char kVersion[] = GRADD_VERSION;

}  // namespace gradd::server
