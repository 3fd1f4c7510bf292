#include "core/spec/device_id.h"

#include <gtest/gtest.h>

namespace gradd {
namespace {

TEST(DeviceIdTest, NamesRoundTrip) {
  EXPECT_EQ(ToString({DeviceKind::kCpu, 0}), "cpu");
  EXPECT_EQ(ToString({DeviceKind::kCuda, 1}), "cuda:1");
  EXPECT_EQ(ToString({DeviceKind::kSim, 0}), "sim:0");
  for (const DeviceId device : {DeviceId{DeviceKind::kCpu, 0}, DeviceId{DeviceKind::kSim, 3},
                                DeviceId{DeviceKind::kCuda, 127}}) {
    EXPECT_EQ(ParseDeviceId(ToString(device)), device);
  }
  EXPECT_EQ(ParseDeviceId("cuda"), (DeviceId{DeviceKind::kCuda, 0}));
}

TEST(DeviceIdTest, RefusesWhatIsNoDevice) {
  for (const char* text : {"", "gpu", "cpu:", "cuda:-1", "cuda:128", "cuda:1x", ":0"}) {
    EXPECT_FALSE(ParseDeviceId(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace gradd
