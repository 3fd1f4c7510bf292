#include "core/device/sim/sim_device.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using testing::Engine;
using testing::Must;

TEST(SimDevice, WorkIsDoneLaterAndInOrder) {
  const std::unique_ptr<Device> device = MakeSimDevice({.delay = absl::Milliseconds(5)});
  const RefPtr<Stream> stream = Must(device->CreateStream({}));
  EXPECT_FALSE(stream->is_synchronous());
  std::vector<int> order;
  std::atomic<bool> done = false;
  const std::thread::id caller = std::this_thread::get_id();
  for (int i = 0; i < 100; ++i) {
    stream->Enqueue([&, i] {
      EXPECT_NE(std::this_thread::get_id(), caller);
      order.push_back(i);
    });
  }
  stream->Enqueue([&] { done = true; });
  EXPECT_FALSE(done) << "a delay stands before the first piece of work";
  Must(stream->Synchronize());
  ASSERT_EQ(order.size(), 100);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

TEST(SimDevice, MemoryIsFreedInTheOrderOfTheStream) {
  Engine e({DeviceKind::kSim, 0});
  // The first product is freed while the kernel that reads it still waits in the queue.
  const Value x = e.Vector({1, 2, 3});
  Value y = e.Op("mul", {x, MakeScalar(2)});
  y = e.Op("mul", {y, MakeScalar(3)});
  y = e.Op("add", {y, MakeScalar(1)});
  EXPECT_EQ(e.Read(y), (std::vector<double>{7, 13, 19}));
}

TEST(SimDevice, AFaultStaysAndReachesWhoeverWaits) {
  const std::unique_ptr<Device> device = MakeSimDevice({});
  const RefPtr<Stream> stream = Must(device->CreateStream({}));
  EXPECT_TRUE(device->fault().ok());
  InjectSimFault(*stream);
  EXPECT_EQ(device->fault().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(stream->Synchronize().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(stream->Synchronize().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace gradd
