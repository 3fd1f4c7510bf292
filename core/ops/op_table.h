// All ops of the process.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"

#include "core/ops/op.h"

namespace gradd {

// Every op in core/ops/op_list.txt and the internal ones that they imply, by Op::index.
const std::vector<const Op*>& AllOps();

// AllOps() and, after them, the names of work that is no call (core/ops/optim/updates.h), by
// Op::index: everything that an OpObserver is told of.
const std::vector<const Op*>& ObservedOps();

// Null when there is no such op.
const Op* FindOp(absl::string_view name);

}  // namespace gradd
