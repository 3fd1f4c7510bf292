// Which instructions the processor has.
#pragma once

#include "absl/strings/string_view.h"

namespace gradd::cpu {

enum class Isa { kBaseline, kAvx2, kAvx512 };

absl::string_view Name(Isa isa);
// The widest that both the processor and this build have.
Isa WidestIsa();
// What the kernels use: the widest, or what the environment variable GRADD_CPU_ISA (baseline, avx2,
// avx512) asks for, if the processor has it. The same during the whole process.
Isa ActiveIsa();

}  // namespace gradd::cpu
