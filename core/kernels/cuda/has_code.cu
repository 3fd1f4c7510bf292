#include "core/kernels/cuda/has_code.h"

namespace gradd::cuda {
namespace {

__global__ void Nothing() {}

}  // namespace

cudaError_t HasCodeForCurrentDevice() {
  cudaFuncAttributes attributes;
  return cudaFuncGetAttributes(&attributes, Nothing);
}

}  // namespace gradd::cuda
