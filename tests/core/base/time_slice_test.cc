#include "core/base/time_slice.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

#include "gtest/gtest.h"

namespace gradd {
namespace {

// The calling thread's slice in nanoseconds; 0 from kernels that do not tell.
uint64_t Slice() {
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {};
  EXPECT_EQ(syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0), 0);
  EXPECT_EQ(attributes.policy, static_cast<uint32_t>(SCHED_OTHER));
  return attributes.runtime;
}

TEST(TimeSlice, IsTheThreadsOwn) {
  const uint64_t before = Slice();
  if (before == 0) GTEST_SKIP() << "this kernel's slices are all alike";
  std::thread([before] {
    EXPECT_EQ(Slice(), before);
    UseShortTimeSlices();
    EXPECT_EQ(Slice(), 100'000u);
    GiveWay();
  }).join();
  EXPECT_EQ(Slice(), before);
  GiveWay();
}

}  // namespace
}  // namespace gradd
