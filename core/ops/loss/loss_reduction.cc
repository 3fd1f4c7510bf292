#include "core/ops/loss/loss_reduction.h"

#include "core/base/status.h"
#include "core/ops/reduction/mean.h"
#include "core/ops/reduction/sum.h"

namespace gradd::ops {

absl::Status CheckLossReduction(int64_t reduction) {
  if (reduction >= kNoReduction && reduction <= kSumReduction) return absl::OkStatus();
  return InvalidArgument("REDUCTION_UNKNOWN", reduction,
                         " is not a valid value for reduction: 0 is none, 1 mean, 2 sum");
}

Value ReduceLoss(Builder& g, const Value& losses, int64_t reduction) {
  if (!losses || reduction == kNoReduction) return losses;
  return reduction == kMeanReduction ? Mean(g, losses, {}, false) : Sum(g, losses, {}, false);
}

}  // namespace gradd::ops
