#include "core/kernels/cuda/cuda_kernels.h"

#include "core/kernels/cuda/multi_tensor.h"
#include "core/ops/op_table.h"

namespace gradd::cuda {

const KernelTable& CudaKernels() {
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

}  // namespace gradd::cuda
