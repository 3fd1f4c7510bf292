// A session's contents as one number.
#pragma once

#include <cstdint>

namespace gradd::server {

class SessionState;

// Covers every attachment's tensors (specs, bits, requires_grad, versions), gradients, optimizers
// (states, steps, options), errors, failed lanes and definitions, in a fixed order. Waits for the
// device.
uint64_t DigestOf(SessionState& state);

}  // namespace gradd::server
