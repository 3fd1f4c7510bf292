// The CUDA module, on machines with and without a device.
#include "absl/strings/str_join.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ops/op_table.h"
#include "core/runtime/backend_module.h"
#include "tests/support/must.h"

namespace gradd {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Must;

TEST(CudaModule, LoadsAndAddsDevicesOrSaysWhyNot) {
  BackendRegistry registry;
  Must(LoadBackendModule(GRADD_CUDA_MODULE, registry));
  for (const DeviceId device : registry.devices()) EXPECT_EQ(device.kind, DeviceKind::kCuda);
  if (registry.devices().empty()) {
    EXPECT_THAT(registry.notes(), Contains(HasSubstr("CUDA device")));
  }
}

TEST(CudaModule, HasKernelsForEveryFormula) {
  const KernelTable& kernels = Must(OpenBackendModule(GRADD_CUDA_MODULE))->kernels();
  std::vector<std::string> missing;
  for (const Op* op : AllOps()) {
    const bool has = kernels.Find(*op).run != nullptr;
    EXPECT_TRUE(has || !op->is_pointwise) << op->name;
    if (!has && !op->is_view && op->expand == nullptr) missing.push_back(op->name);
  }
  std::cout << "ops without a CUDA kernel: " << missing.size() << " ("
            << absl::StrJoin(missing, ", ") << ")\n";
}

}  // namespace
}  // namespace gradd
