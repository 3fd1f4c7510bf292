#include "core/runtime/backend_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Must;

TEST(BackendModule, AddsItsDevices) {
  testing::Engine e({DeviceKind::kSim, 7});
  Must(LoadBackendModule(GRADD_SIM_MODULE, *e.backends));
  const Value x = e.Vector({1, 2}, true);
  EXPECT_EQ(x->spec().device, (DeviceId{DeviceKind::kSim, 7}));
  Must(e.Backward(e.Sum(e.Op("mul", {x, x}))));
  EXPECT_THAT(e.Read(e.tape.Grad(x)), ElementsAre(2, 4));
}

TEST(BackendModule, WhatIsNoModuleIsRefused) {
  BackendRegistry registry;
  const auto refused = [&](const char* path) {
    return ErrorReason(LoadBackendModule(path, registry));
  };
  EXPECT_EQ(refused("libgradd_nothing.so"), "BACKEND_MODULE_NOT_LOADED");
  EXPECT_EQ(refused("libm.so.6"), "BACKEND_MODULE_INVALID");
  EXPECT_EQ(refused(GRADD_OLD_MODULE), "BACKEND_MODULE_VERSION");
  EXPECT_TRUE(registry.devices().empty());
}

}  // namespace
}  // namespace gradd
