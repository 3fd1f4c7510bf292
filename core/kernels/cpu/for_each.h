// Flat-index functors on the processor.
#pragma once

#include <cstdint>

#include "core/device/stream.h"

namespace gradd::cpu {

// functor(i) for i in [0, count), in the order of the stream.
template <class Functor>
void ForEach(Stream& stream, int64_t count, const Functor& functor) {
  Launch(stream, [count, functor] {
    for (int64_t i = 0; i < count; ++i) functor(i);
  });
}

}  // namespace gradd::cpu
