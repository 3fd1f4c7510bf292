// The inner loops of running sums.
#pragma once

#include <cstdint>

namespace gradd::cpu {

// For one type of elements. Sums are doubles for floating elements and int64, which wrap, for
// integers. `out` may be `x`.
struct ScanLoops {
  // out[i] = *sum + x[0] + ... + x[i], and *sum the last of them. At most kBlock elements
  // (elements.h).
  void (*along)(const void* x, void* sum, void* out, int64_t count);
  // sums[i] += x[i]; out[i] = sums[i].
  void (*across)(const void* x, void* sums, void* out, int64_t count);
};

struct ScanTable {
  ScanLoops f32, f64, i64;
};

}  // namespace gradd::cpu
