// Ranges of ops in the timeline of a profiler (Nsight Systems), in a domain "gradd" of their own.
#pragma once

namespace gradd::cuda {

// What the calling thread enqueues until EndRange is the work of `name`. Free, all but, while no
// profiler watches: NVTX is a header that loads the profiler that started the process, if one did.
void BeginRange(const char* name);
void EndRange();

}  // namespace gradd::cuda
