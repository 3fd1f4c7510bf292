#include "core/device/cuda/op_ranges.h"

#include <nvtx3/nvToolsExt.h>

namespace gradd::cuda {
namespace {

// Null when no profiler watches, which stays so.
nvtxDomainHandle_t Domain() {
  static const nvtxDomainHandle_t kDomain = nvtxDomainCreateA("gradd");
  return kDomain;
}

}  // namespace

void BeginRange(const char* name) {
  const nvtxDomainHandle_t domain = Domain();
  if (domain == nullptr) return;
  nvtxEventAttributes_t attributes = {};
  attributes.version = NVTX_VERSION;
  attributes.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
  attributes.messageType = NVTX_MESSAGE_TYPE_ASCII;
  attributes.message.ascii = name;
  (void)nvtxDomainRangePushEx(domain, &attributes);
}

void EndRange() {
  const nvtxDomainHandle_t domain = Domain();
  if (domain != nullptr) (void)nvtxDomainRangePop(domain);
}

}  // namespace gradd::cuda
