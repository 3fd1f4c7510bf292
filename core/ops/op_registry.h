// Where DefineOp puts ops. Use core/ops/op_table.h to look them up.
#pragma once

#include <deque>
#include <vector>

#include "core/base/mutex.h"
#include "core/ops/op.h"

namespace gradd {

class OpRegistry {
 public:
  static OpRegistry& Get();
  const Op& Add(Op op);
  std::vector<const Op*> All();

 private:
  Mutex mutex_;
  std::deque<Op> ops_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd
