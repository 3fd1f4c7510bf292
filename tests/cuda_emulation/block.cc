#include "tests/cuda_emulation/block.h"

#include <mutex>
#include <vector>

#include "tests/cuda_emulation/fiber.h"
#include "tests/cuda_emulation/report.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace gradd::cuda_emulation {
namespace {

constexpr unsigned kWarp = 32;

enum class Place : uint8_t { kRunning, kAtBlockBarrier, kAtWarpBarrier, kEnded };

struct Thread {
  Fiber* fiber = nullptr;
  Place place = Place::kRunning;
  int line = 0;
};

// All of it belongs to whoever holds `mutex`.
struct Runner {
  std::mutex mutex;
  const KernelWork* work = nullptr;
  int device = 0;
  unsigned begun = 0;    // threads of the block
  bool is_idle = false;  // the fiber that gave way found no thread to begin
  bool is_backwards = false;
  uint64_t turns = 0;
  std::vector<Thread> threads;
  std::vector<Fiber*> idle;
} g_runner;

thread_local bool t_runs = false;

// A fiber begins one thread after the other. Where one waits, another fiber goes on beginning
// threads, so that a kernel without barriers is a loop on one fiber.
void RunThreads() {
  Runner& r = g_runner;
  for (;;) {
    while (r.begun < blockDim.x) {
      const unsigned turn = r.begun++;
      const unsigned thread = r.is_backwards ? blockDim.x - 1 - turn : turn;
      r.threads[thread] = {Fiber::Current(), Place::kRunning, 0};
      threadIdx.x = thread;
      r.work->run(r.work->parameters);
      r.threads[threadIdx.x].place = Place::kEnded;
    }
    r.is_idle = true;
    Fiber::Suspend();
  }
}

void Resume(Fiber* fiber) {
  g_runner.is_idle = false;
  fiber->Resume();
  if (g_runner.is_idle) g_runner.idle.push_back(fiber);
}

void BeginThreads() {
  Runner& r = g_runner;
  r.begun = 0;
  while (r.begun < blockDim.x) {
    if (r.idle.empty()) r.idle.push_back(new Fiber(&RunThreads));
    Fiber* const fiber = r.idle.back();
    r.idle.pop_back();
    Resume(fiber);
  }
}

// Threads [begin, end) all have to be at one barrier; lets them go on.
void Release(unsigned begin, unsigned end) {
  Runner& r = g_runner;
  const Thread first = r.threads[begin];
  for (unsigned t = begin; t < end; ++t) {
    const Thread& thread = r.threads[t];
    if (thread.place == first.place && thread.line == first.line) continue;
    const auto name = [](Place place) {
      return place == Place::kEnded           ? "has ended"
             : place == Place::kAtWarpBarrier ? "waits at __syncwarp"
                                              : "waits at __syncthreads";
    };
    Fail("divergence: thread %u %s (line %d), thread %u %s (line %d)", begin, name(first.place),
         first.line, t, name(thread.place), thread.line);
  }
  const bool is_backwards = (++r.turns & 1) != 0;
  for (unsigned i = begin; i < end; ++i) {
    const unsigned t = is_backwards ? begin + end - 1 - i : i;
    threadIdx.x = t;
    r.threads[t].place = Place::kRunning;
    Resume(r.threads[t].fiber);
  }
}

// Lets the threads that wait go on, once; false: there are none.
bool PassBarriers() {
  Runner& r = g_runner;
  bool warps_wait = false, block_waits = false;
  for (unsigned begin = 0; begin < blockDim.x; begin += kWarp) {
    const unsigned end = begin + kWarp < blockDim.x ? begin + kWarp : blockDim.x;
    bool waits = false;
    for (unsigned t = begin; t < end; ++t) {
      waits = waits || r.threads[t].place == Place::kAtWarpBarrier;
      block_waits = block_waits || r.threads[t].place == Place::kAtBlockBarrier;
    }
    if (waits) Release(begin, end);
    warps_wait = warps_wait || waits;
  }
  if (warps_wait) return true;
  if (block_waits) Release(0, blockDim.x);
  return block_waits;
}

void WaitAt(Place place, int line) {
  if (!t_runs) Fail("a barrier outside of kernels");
  Thread& thread = g_runner.threads[threadIdx.x];
  thread.place = place;
  thread.line = line;
  Fiber::Suspend();
}

}  // namespace

void RunKernel(const KernelWork& work, int device) {
  Runner& r = g_runner;
  std::lock_guard<std::mutex> lock(r.mutex);
  t_runs = true;
  r.work = &work;
  r.device = device;
  gridDim = work.grid;
  blockDim = work.block;
  threadIdx = blockIdx = {0, 0, 0};
  r.threads.assign(blockDim.x, Thread());
  const bool is_backwards = (++r.turns & 1) != 0;
  for (unsigned i = 0; i < gridDim.x; ++i) {
    blockIdx.x = is_backwards ? gridDim.x - 1 - i : i;
    r.is_backwards = (is_backwards ^ (i & 1)) != 0;
    BeginThreads();
    while (PassBarriers()) {
    }
  }
  r.work = nullptr;
  t_runs = false;
}

const KernelWork* RunningKernel() { return t_runs ? g_runner.work : nullptr; }
int RunningDevice() { return g_runner.device; }

}  // namespace gradd::cuda_emulation

void __syncthreads(int line) {
  using namespace gradd::cuda_emulation;
  WaitAt(Place::kAtBlockBarrier, line);
}

void __syncwarp(unsigned mask, int line) {
  using namespace gradd::cuda_emulation;
  if (mask != ~0u) Fail("__syncwarp of some lanes is not emulated");
  WaitAt(Place::kAtWarpBarrier, line);
}
