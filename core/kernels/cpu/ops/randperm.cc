#include <algorithm>

#include "core/base/status.h"
#include "core/kernels/cpu/random_fill.h"
#include "core/kernels/functors/convert.h"

namespace gradd::cpu {
namespace {

struct Keyed {
  uint64_t key;
  int64_t index;
};

// The order of random keys; equal ones, which hardly occur, stay in theirs.
template <class T>
void Permute(T* out, int64_t count, Keyed* order, RandomKey key) {
  for (int64_t i = 0; i < count; ++i) {
    const PhiloxBlock block = Philox(key.seed, key.offset, static_cast<uint64_t>(i / 2));
    order[i] = {Bits64(block, static_cast<int>(i % 2)), i};
  }
  std::sort(order, order + count, [](const Keyed& a, const Keyed& b) {
    return a.key != b.key ? a.key < b.key : a.index < b.index;
  });
  for (int64_t i = 0; i < count; ++i) out[i] = Convert<T>(order[i].index);
}

}  // namespace

Kernel RandpermKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    const int64_t count = call.outputs[0].spec->element_count();
    GRADD_ASSIGN_OR_RETURN(void* const order, call.workspace.Allocate(count * sizeof(Keyed)));
    VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
      using T = decltype(zero);
      Launch(call.stream, [out = call.outputs[0].as<T>(), count, order, key = KeyOf(call)] {
        Permute(out, count, static_cast<Keyed*>(order), key);
      });
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
