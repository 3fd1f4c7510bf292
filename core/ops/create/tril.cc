#include "core/ops/create/tril.h"

#include "core/ops/create/triangle.h"

namespace gradd::ops {

const Op& TrilOp() {
  static const Op& op = DefineTriangle(
      "tril", "Matrices with zeros above a diagonal; 0 is the main one, 1 the next above.");
  return op;
}

}  // namespace gradd::ops
