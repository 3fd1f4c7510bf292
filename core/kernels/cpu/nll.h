// The elements of nll_loss's input, or of its cotangent, that targets name.
#pragma once

#include "core/kernels/cpu/strided_cursor.h"
#include "core/kernels/kernel.h"
#include "core/kernels/nll_check.h"
#include "core/ops/loss/nll_layout.h"

namespace gradd::cpu {

struct NllTargets {
  StridedLoop<1> loop;     // over the targets
  StridedLoop<1> columns;  // over the input without its classes, in the same order
  int64_t classes, class_stride;
  const int64_t* targets;
  int64_t ignore_index;
  IndexError* error;

  // `input`: nll_loss's own.
  static NllTargets Make(const KernelCall& call, const TensorSpec& input) {
    const KernelArgument& target = call.inputs[1];
    const int dim = ops::ClassDim(input.rank());
    TensorSpec columns = input;
    columns.shape.erase(columns.shape.begin() + dim);
    columns.strides.erase(columns.strides.begin() + dim);
    (void)TargetsAreKnown(call, input.shape[dim]);  // it costs nothing to check all
    return {MakeStridedLoop<1>(target.spec->shape, {target.spec}),
            MakeStridedLoop<1>(columns.shape, {&columns}),
            input.shape[dim],
            input.strides[dim],
            target.as<const int64_t>(),
            call.attributes.Int(ops::kNllIgnoreIndex),
            call.index_error};
  }

  // Calls body(i, offset) for each target that is not ignored: its place among the targets and that
  // of the element that it names. Returns how many. Stops at a target that names none.
  template <class Body>
  int64_t ForEach(const Body& body) const {
    int64_t counted = 0;
    StridedCursor place(loop, 0), column(columns, 0);
    for (int64_t i = 0; i < loop.count; ++i, place.Next(), column.Next()) {
      const int64_t target = targets[place.offset()];
      if (target == ignore_index) continue;
      if (target < 0 || target >= classes) {
        *error = {1, target, classes};
        return counted;
      }
      body(i, column.offset() + target * class_stride);
      ++counted;
    }
    return counted;
  }
};

}  // namespace gradd::cpu
