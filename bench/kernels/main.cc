// What is measured of kernels, without a server.

#include "bench/kernels/kernels.h"

int main(int argc, char** argv) {
  using namespace gradd::bench;
  return RunMeasurer(
      {
          {"gemm.linear", &LinearProducts},
          {"gemm.linear.libraries", &LinearProductsOfLibraries},
          {"gemm.large", &LargeProduct},
          {"gemm.large.libraries", &LargeProductOfLibraries},
          {"pointwise", &PointwiseOp},
          {"copy", &CopyOfBytes},
      },
      argc, argv);
}
