// Flat-index functors on the processor.
#pragma once

#include <cstdint>

#include "core/base/parallel_for.h"
#include "core/device/stream.h"

namespace gradd::cpu {

// Calls that a thread makes at once.
inline constexpr int64_t kForEachGrain = 4096;

// functor(i) for i in [0, count), in the order of the stream; by several threads where there is
// enough to do, so no two calls may write to the same place.
template <class Functor>
void ForEach(Stream& stream, int64_t count, const Functor& functor, int64_t grain = kForEachGrain) {
  Launch(stream, [count, functor, grain] {
    ParallelFor(count, grain, [&functor](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) functor(i);
    });
  });
}

// The same one after the other, by one thread.
template <class Functor>
void ForEachInOrder(Stream& stream, int64_t count, const Functor& functor) {
  Launch(stream, [count, functor] {
    for (int64_t i = 0; i < count; ++i) functor(i);
  });
}

}  // namespace gradd::cpu
