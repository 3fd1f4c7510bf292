// A bool as formulas compute with it: + is or, * is and, as in PyTorch.
#pragma once

#include <cstdint>

#include "core/ops/scalar.h"

namespace gradd {

// Has the layout of an element of a bool tensor.
struct Truth {
  uint8_t value;

  GRADD_HD friend Truth operator+(Truth a, Truth b) {
    return {static_cast<uint8_t>(a.value | b.value)};
  }
  GRADD_HD friend Truth operator*(Truth a, Truth b) {
    return {static_cast<uint8_t>(a.value & b.value)};
  }
};

}  // namespace gradd
