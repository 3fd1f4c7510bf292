#include "core/kernels/cpu/cpu_kernels.h"

#include "core/kernels/cpu/multi_tensor.h"
#include "core/ops/op_table.h"

namespace gradd::cpu {

const KernelTable& CpuKernels() {
  static const KernelTable* const kTable = [] {
    (void)AllOps();  // gives every op its index
    auto* table = new KernelTable;
    RegisterPointwise(*table);
    RegisterOps(*table);
    table->SetMultiTensor(kMultiTensorKernels);
    return table;
  }();
  return *kTable;
}

}  // namespace gradd::cpu
