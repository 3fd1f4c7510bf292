// The devices that tests run on: the processor and its simulation; or the one that the environment
// variable GRADD_TEST_DEVICE names, from the module that GRADD_TEST_MODULE names.
#pragma once

#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/strings/str_join.h"
#include <gtest/gtest.h>

#include "core/runtime/backend_module.h"
#include "core/runtime/backend_registry.h"
#include "core/spec/device_id.h"
#include "tests/support/must.h"

namespace gradd::testing {

// cpu unless another one is named.
inline DeviceId TestDevice() {
  const char* const name = std::getenv("GRADD_TEST_DEVICE");
  return name == nullptr ? DeviceId{} : ParseDeviceId(name).value();
}

// A device of the processor that the tests do not run on.
inline DeviceId OtherTestDevice() {
  const DeviceId sim = {DeviceKind::kSim, 0};
  return TestDevice() == sim ? DeviceId{} : sim;
}

// For tests that run on every device.
inline std::vector<DeviceId> TestDevices() {
  if (TestDevice() != DeviceId{}) return {TestDevice()};
  return {DeviceId{}, DeviceId{DeviceKind::kSim, 0}};
}

// The name of a device within that of a test.
inline std::string TestName(DeviceId device) { return std::string(Name(device.kind)); }

// Both host devices, and those of the module.
inline std::unique_ptr<BackendRegistry> MakeTestBackends() {
  std::unique_ptr<BackendRegistry> backends = MakeHostBackends(true);
  if (const char* const module = std::getenv("GRADD_TEST_MODULE")) {
    Must(LoadBackendModule(module, *backends));
  }
  return backends;
}

// Skips all tests of the program where the device that is named does not exist. ctest looks for the
// words (gradd_gpu_test in cmake/GraddLibrary.cmake).
class SkipWithoutDevice final : public ::testing::Environment {
 public:
  void SetUp() override {
    const std::unique_ptr<BackendRegistry> backends = MakeTestBackends();
    if (backends->Find(TestDevice()) != nullptr) return;
    const auto& unit_test = *::testing::UnitTest::GetInstance();
    GTEST_SKIP() << "all " << unit_test.test_to_run_count() << " tests: no device "
                 << ToString(TestDevice()) << " (" << absl::StrJoin(backends->notes(), "; ") << ")";
  }
};
inline ::testing::Environment* const kSkipWithoutDevice =
    ::testing::AddGlobalTestEnvironment(new SkipWithoutDevice);

}  // namespace gradd::testing
