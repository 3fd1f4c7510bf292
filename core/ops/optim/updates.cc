#include "core/ops/optim/updates.h"

#include <string>
#include <utility>

#include "core/ops/op_table.h"

namespace gradd::ops {
namespace {

const Op& DefineName(std::string name, std::string doc) {
  (void)AllOps();  // complete from here on
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.is_internal = true;
  return DefineOp(std::move(op));
}

}  // namespace

const Op& SgdUpdateOp() {
  static const Op& op = DefineName("sgd_update", "One step of SGD for many parameters.");
  return op;
}

const Op& AdamUpdateOp() {
  static const Op& op = DefineName("adam_update", "One step of Adam for many parameters.");
  return op;
}

const Op& AdamWUpdateOp() {
  static const Op& op = DefineName("adamw_update", "One step of AdamW for many parameters.");
  return op;
}

const Op& RmspropUpdateOp() {
  static const Op& op = DefineName("rmsprop_update", "One step of RMSprop for many parameters.");
  return op;
}

const Op& ClipGradNormOp() {
  static const Op& op = DefineName("clip_grad_norm_", "Bounds the norm of many gradients.");
  return op;
}

const Op& ClipGradValueOp() {
  static const Op& op = DefineName("clip_grad_value_", "Bounds the elements of many gradients.");
  return op;
}

}  // namespace gradd::ops
