// With the library of fake_nvml.cc, so this says nothing of a real one.
#include "core/device/cuda/nvml.h"

#include <gtest/gtest.h>

namespace gradd::cuda {
namespace {

TEST(Nvml, TellsMemoryAndHowBusyTheKernelsAre) {
  for (const char* bus_id : {"0000:17:00.0", "old"}) {
    const std::unique_ptr<Nvml> device = Nvml::Find(bus_id);
    ASSERT_NE(device, nullptr) << bus_id;
    const std::optional<DeviceUsage> usage = device->usage();
    ASSERT_TRUE(usage) << bus_id;
    EXPECT_EQ(usage->memory_used, int64_t{10} << 30);
    EXPECT_EQ(usage->memory_total, int64_t{80} << 30);
    EXPECT_EQ(usage->busy, 0.25);
  }
}

TEST(Nvml, KnowsNoOtherDevicesAndNoPartsOfOnes) {
  EXPECT_EQ(Nvml::Find("unknown"), nullptr);
  EXPECT_EQ(Nvml::Find("parts"), nullptr);
}

TEST(Nvml, LeavesOutWhatTheDriverDoesNotTell) {
  EXPECT_FALSE(Nvml::Find("lost")->usage());
  const std::optional<DeviceUsage> usage = Nvml::Find("virtual")->usage();
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->memory_total, int64_t{80} << 30);
  EXPECT_FALSE(usage->busy);
}

}  // namespace
}  // namespace gradd::cuda
