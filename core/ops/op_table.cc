#include "core/ops/op_table.h"

#include "absl/container/flat_hash_map.h"

#include "core/ops/define_all_ops.h"
#include "core/ops/op_registry.h"
#include "core/ops/optim/updates.h"

namespace gradd {

const std::vector<const Op*>& AllOps() {
  static const auto* const kOps = [] {
    ops::DefineAllOps();
    return new std::vector<const Op*>(OpRegistry::Get().All());
  }();
  return *kOps;
}

const std::vector<const Op*>& ObservedOps() {
  static const auto* const kOps = [] {
    for (const auto define : {&ops::SgdUpdateOp, &ops::AdamUpdateOp, &ops::AdamWUpdateOp,
                              &ops::RmspropUpdateOp, &ops::ClipGradNormOp, &ops::ClipGradValueOp}) {
      (void)define();
    }
    return new std::vector<const Op*>(OpRegistry::Get().All());
  }();
  return *kOps;
}

const Op* FindOp(absl::string_view name) {
  static const auto* const kByName = [] {
    auto* by_name = new absl::flat_hash_map<absl::string_view, const Op*>;
    for (const Op* op : AllOps()) by_name->emplace(op->name, op);
    return by_name;
  }();
  const auto found = kByName->find(name);
  return found == kByName->end() ? nullptr : found->second;
}

}  // namespace gradd
