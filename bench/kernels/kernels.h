// What is measured of kernels, in this process: ours through the Eager interpreter, and libraries
// called directly. The flags of each are in its file; bench/rows/kernels.py gives them.
#pragma once

#include "bench/measurer.h"

namespace gradd::bench {

// gemm.cc
Sample LinearProducts(const Flags& flags);
Sample LargeProduct(const Flags& flags);
// gemm_libraries.cc
Sample LinearProductsOfLibraries(const Flags& flags);
Sample LargeProductOfLibraries(const Flags& flags);
// pointwise.cc
Sample PointwiseOp(const Flags& flags);
Sample CopyOfBytes(const Flags& flags);

}  // namespace gradd::bench
