#include "server/device_watch.h"

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/device/sim/sim_device.h"
#include "core/kernels/cpu/cpu_kernels.h"
#include "server/limits.h"
#include "tests/support/must.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using testing::Must;

class DeviceWatchTest : public ::testing::Test {
 protected:
  DeviceWatchTest() {
    backends_.Add(MakeCpuDevice(), cpu::CpuKernels());
    for (const int index : {0, 1}) {
      SimOptions options;
      options.index = index;
      backends_.Add(MakeSimDevice(options), cpu::CpuKernels());
    }
  }

  void Lose(const std::string& device) {
    InjectSimFault(*Must(backends_.Find(*ParseDeviceId(device))->device->CreateStream({})));
  }
  DeviceWatch::OnLoss Note() {
    return [this](DeviceId device, const absl::Status& fault) {
      MutexLock lock(mutex_);
      noted_.push_back(ToString(device) + ": " + std::string(fault.message()));
      changed_.NotifyAll();
    };
  }
  std::vector<std::string> AwaitNoted() {
    MutexLock lock(mutex_);
    while (noted_.empty()) changed_.Wait(mutex_);
    return noted_;
  }
  std::vector<std::string> Noted() {
    MutexLock lock(mutex_);
    return noted_;
  }

  BackendRegistry backends_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<std::string> noted_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(DeviceWatchTest, TellsOnceOfTheFirstThatIsLost) {
  DeviceWatch watch(backends_, Note());
  EXPECT_FALSE(watch.has_loss());
  Lose("sim:1");
  EXPECT_THAT(AwaitNoted(), ElementsAre("sim:1: sim: device fault (injected)"));
  EXPECT_TRUE(watch.has_loss());
  Lose("sim:0");
  absl::SleepFor(2 * limits::kDeviceWatch);
  EXPECT_EQ(Noted().size(), 1u);
}

TEST_F(DeviceWatchTest, SeesWhatWasLostBefore) {
  Lose("sim:0");
  const DeviceWatch watch(backends_, Note());
  EXPECT_THAT(AwaitNoted(), ElementsAre("sim:0: sim: device fault (injected)"));
}

TEST_F(DeviceWatchTest, EndsAtOnceAndTellsNothingThen) {
  const absl::Time start = absl::Now();
  constexpr int kWatches = 200;
  for (int i = 0; i < kWatches; ++i) const DeviceWatch watch(backends_, Note());
  EXPECT_LT(absl::Now() - start, kWatches * limits::kDeviceWatch / 2);
  Lose("sim:0");
  absl::SleepFor(2 * limits::kDeviceWatch);
  EXPECT_EQ(Noted().size(), 0u);
}

}  // namespace
}  // namespace gradd::server
