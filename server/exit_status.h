// How the process ends, for whoever starts it again; 0 after a signal that asked for it.
#pragma once

namespace gradd::server {

// The flags make no sense here, or what they name is not there: starting again changes nothing.
inline constexpr int kExitRefused = 2;
// A device is lost until the process ends: a new one may find it as good as before. EX_TEMPFAIL of
// sysexits.h.
inline constexpr int kExitDeviceLost = 75;

}  // namespace gradd::server
