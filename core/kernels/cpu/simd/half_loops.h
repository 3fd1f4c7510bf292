// Conversions of the 16-bit floating types, many at a time.
#pragma once

#include <cstdint>

namespace gradd::cpu {

// Elements as their bits. Rounded to the nearest, ties to even.
struct HalfLoops {
  void (*float16_to_float)(const uint16_t* from, float* to, int64_t count);
  void (*float_to_float16)(const float* from, uint16_t* to, int64_t count);
  void (*bfloat16_to_float)(const uint16_t* from, float* to, int64_t count);
  void (*float_to_bfloat16)(const float* from, uint16_t* to, int64_t count);
};

}  // namespace gradd::cpu
