// The table of one instruction set.
#include "core/kernels/cpu/simd/fold.h"
#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/cpu/simd/half.h"
#include "core/kernels/cpu/simd/multi_tensor.h"
#include "core/kernels/cpu/simd/pointwise.h"
#include "core/kernels/cpu/simd/scan.h"
#include "core/kernels/cpu/simd/softmax.h"

namespace gradd::cpu::GRADD_ISA {

extern const SimdFunctions kSimdFunctions = {&Formulas,  &MultiTensor, &Folds,
                                             &Softmaxes, &Scans,       &Halves};

}  // namespace gradd::cpu::GRADD_ISA
