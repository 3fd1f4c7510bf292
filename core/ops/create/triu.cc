#include "core/ops/create/triu.h"

#include "core/ops/create/triangle.h"

namespace gradd::ops {

const Op& TriuOp() {
  static const Op& op = DefineTriangle(
      "triu", "Matrices with zeros below a diagonal; 0 is the main one, 1 the next above.");
  return op;
}

}  // namespace gradd::ops
