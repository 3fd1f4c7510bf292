#pragma once

#include "core/kernels/cpu/simd/scan_loops.h"

namespace gradd::cpu::GRADD_ISA {

ScanTable Scans();

}  // namespace gradd::cpu::GRADD_ISA
