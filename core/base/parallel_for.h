// Loops in pieces that several threads may take.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"

namespace gradd {

// Calls body(begin, end) for pieces of at most `grain` that cover [0, count), and returns when all
// are done: on the pool that the calling thread belongs to (ThreadPool::ParallelFor in
// thread_pool.h), or one after the other on a thread that belongs to none. What the pieces are
// depends on `count` and `grain` only, never on the number of threads.
void ParallelFor(int64_t count, int64_t grain, absl::FunctionRef<void(int64_t, int64_t)> body);

}  // namespace gradd
