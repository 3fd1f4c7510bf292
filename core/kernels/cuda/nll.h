// The elements that the targets of nll_loss name.
#pragma once

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"
#include "core/kernels/strided_index.h"

namespace gradd::cuda {

// A parameter of kernels.
struct NllTargets {
  static constexpr int64_t kIgnored = -1;

  StridedIndex layout;   // of the targets
  StridedIndex columns;  // of the input without its classes, over the same flat index
  int64_t count, classes, class_stride;
  const int64_t* targets;
  int64_t ignore_index;
  IndexError* error;
  bool are_known;  // to be good, so that nobody has to look for a bad one

  // `input`: nll_loss's own.
  static absl::StatusOr<NllTargets> Make(const KernelCall& call, const TensorSpec& input);

  GRADD_HD int64_t Target(int64_t i) const { return targets[layout.Offset(i)]; }
  GRADD_HD bool IsBad(int64_t i) const {
    const int64_t target = Target(i);
    return target != ignore_index && (target < 0 || target >= classes);
  }
  // Where in the input the element is that target i names; kIgnored where it names none.
  GRADD_HD int64_t Place(int64_t i) const {
    const int64_t target = Target(i);
    if (target == ignore_index || target < 0 || target >= classes) return kIgnored;
    return columns.Offset(i) + target * class_stride;
  }
};

// The first bad target goes to call.index_error.
void FindBadTarget(Stream& stream, const NllTargets& targets);

// What targets that are not ignored come to.
struct NllSum {
  double sum;
  int64_t count;
};

// Enqueues the sum of the elements at `in`, of which targets name some, or, where `in` is null,
// only their number.
template <class T>
void SumTargets(Stream& stream, const NllTargets& targets, const T* in, NllSum* result);
// Bytes of `result`: the sum and what is needed on the way.
int64_t NllSumBytes(const NllTargets& targets);

}  // namespace gradd::cuda
