#include "core/optim/clip_grad.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/types/span.h"

#include "core/autograd/errors.h"
#include "core/base/clock.h"
#include "core/base/float_text.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/optim/updates.h"
#include "core/ops/view/slice.h"
#include "core/optim/in_place.h"
#include "core/spec/promotion.h"

namespace gradd {
namespace {

// A gradient that is going to be changed.
struct Clipped {
  WrittenTensor gradient;
  int round;
};

// Gradients of one dtype on one device, in the order in which they came.
struct Kin {
  DType dtype;
  DeviceId device;
  std::vector<Clipped> gradients;

  // The memory of those of a round; all of them without one.
  TensorList List(Stream& stream, std::optional<int> round = std::nullopt) const {
    TensorList list{dtype, {}, stream};
    for (const Clipped& clipped : gradients) {
      if (!round.has_value() || clipped.round == *round) {
        list.tensors.push_back(clipped.gradient.memory());
      }
    }
    return list;
  }
};

class Gradients {
 public:
  explicit Gradients(Eager& eager) : eager_(eager) {}

  // Does all that can fail before the gradients are written.
  absl::Status Prepare(Tape& tape, ValueSpan parameters, const Cancellation& cancellation) {
    for (const Value& parameter : parameters) {
      if (cancellation.cancelled()) return autograd_errors::Cancelled();
      const Value gradient = tape.Grad(parameter);
      if (!gradient) continue;
      GRADD_ASSIGN_OR_RETURN(WrittenTensor written, WrittenTensor::Prepare(eager_, gradient));
      GRADD_RETURN_IF_ERROR(eager_.MultiTensorOn(gradient->spec().device).status());
      const int round = rounds_.Add(AsTensor(gradient));
      round_count_ = std::max(round_count_, round + 1);
      KinOf(gradient->spec()).gradients.push_back({std::move(written), round});
    }
    return absl::OkStatus();
  }

  bool empty() const { return kin_.empty(); }
  const std::vector<Kin>& kin() const { return kin_; }

  absl::Status Load() const {
    for (const Kin& kin : kin_) {
      for (const Clipped& clipped : kin.gradients) {
        GRADD_RETURN_IF_ERROR(clipped.gradient.Load(eager_));
      }
    }
    return absl::OkStatus();
  }

  // change(kernels, list, i) changes what it is given of kin i in place. Cannot run out of memory.
  // `op` is what the observer is told that it is.
  template <class Change>
  absl::Status Write(const Op& op, const Change& change) const {
    for (int round = 0; round < round_count_; ++round) {
      for (size_t i = 0; i < kin_.size(); ++i) {
        GRADD_RETURN_IF_ERROR(ForEachIn(i, round, &WrittenTensor::Load));
        GRADD_ASSIGN_OR_RETURN(const Eager::MultiTensor on, eager_.MultiTensorOn(kin_[i].device));
        TensorList list = kin_[i].List(on.stream, round);
        int64_t bytes = 0;
        for (const TensorMemory& memory : list.tensors) {
          bytes += memory.count * static_cast<int64_t>(ItemSize(list.dtype));
        }
        GRADD_RETURN_IF_ERROR(eager_.RunWork(op, kin_[i].device, kin_[i].dtype, bytes,
                                             [&] { change(on.kernels, std::move(list), i); }));
        GRADD_RETURN_IF_ERROR(ForEachIn(i, round, &WrittenTensor::Store));
      }
    }
    return absl::OkStatus();
  }

 private:
  Kin& KinOf(const TensorSpec& spec) {
    for (Kin& kin : kin_) {
      if (kin.dtype == spec.dtype && kin.device == spec.device) return kin;
    }
    kin_.push_back({spec.dtype, spec.device, {}});
    return kin_.back();
  }

  absl::Status ForEachIn(size_t kin, int round,
                         absl::Status (WrittenTensor::*act)(Eager&) const) const {
    for (const Clipped& clipped : kin_[kin].gradients) {
      if (clipped.round == round) GRADD_RETURN_IF_ERROR((clipped.gradient.*act)(eager_));
    }
    return absl::OkStatus();
  }

  Eager& eager_;
  WriteRounds rounds_;
  int round_count_ = 0;
  std::vector<Kin> kin_;
};

// Memory for a result of `shape`; what it holds is written later.
Value Room(Builder& g, DimsView shape, DType dtype, DeviceId device) {
  return ops::Full(g, shape, 0, dtype, device);
}

// The norms of all gradients, one after the other, of `dtype` on `device`.
absl::StatusOr<Value> NormsOf(const Gradients& gradients, Eager& eager, double order, DType dtype,
                              DeviceId device) {
  Builder g(eager);
  std::vector<Value> parts;
  int64_t count = 0;
  for (const Kin& kin : gradients.kin()) {
    const auto own = static_cast<int64_t>(kin.gradients.size());
    Value norms = Room(g, {own}, kin.dtype, kin.device);
    GRADD_RETURN_IF_ERROR(g.status());
    GRADD_ASSIGN_OR_RETURN(const Eager::MultiTensor on, eager.MultiTensorOn(kin.device));
    on.kernels.norms(kin.List(on.stream), order, AsTensor(norms).data());
    parts.push_back(g.Apply(ops::ToOp(), {norms}, {dtype, device}));
    GRADD_RETURN_IF_ERROR(g.status());
    count += own;
  }
  if (parts.size() == 1) return parts[0];
  Value all = Room(g, {count}, dtype, device);
  int64_t begin = 0;
  for (const Value& part : parts) {
    const int64_t end = begin + part->spec().element_count();
    const Value place = g.Apply(ops::SliceOp(), {all}, {int64_t{0}, begin, end, int64_t{1}});
    GRADD_RETURN_IF_ERROR(g.status());
    GRADD_RETURN_IF_ERROR(eager.Assign(place, part));
    begin = end;
  }
  return all;
}

absl::Status CheckFinite(Eager& eager, const Value& total, double order) {
  Builder g(eager);
  const Value wide = ops::Cast(g, total, DType::kFloat64);
  GRADD_RETURN_IF_ERROR(g.status());
  double norm;
  GRADD_RETURN_IF_ERROR(eager.ToHost(AsTensor(wide), &norm));
  if (std::isfinite(norm)) return absl::OkStatus();
  return FailedPrecondition(
      "NORM_NONFINITE", "The total norm of order ", FloatText(order),
      " for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this "
      "error and scale the gradients by the non-finite norm anyway, set "
      "`error_if_nonfinite=False`");
}

}  // namespace

absl::StatusOr<Value> ClipGradNorm(Tape& tape, Eager& eager, ValueSpan parameters,
                                   const ClipNormOptions& options,
                                   const Cancellation& cancellation) {
  Builder g(eager);
  DType dtype = parameters.empty() ? kDefaultFloat : parameters[0]->spec().dtype;
  const DeviceId device = parameters.empty() ? DeviceId() : parameters[0]->spec().device;
  for (const Value& parameter : parameters) dtype = PromoteTypes(dtype, parameter->spec().dtype);
  if (!IsFloating(dtype)) dtype = kDefaultFloat;
  Gradients gradients(eager);
  GRADD_RETURN_IF_ERROR(gradients.Prepare(tape, parameters, cancellation));
  Value total = Room(g, {}, dtype, device);
  if (gradients.empty()) {
    GRADD_RETURN_IF_ERROR(g.status());
    return total;
  }
  Value factor = Room(g, {}, DType::kFloat64, device);
  GRADD_RETURN_IF_ERROR(g.status());
  GRADD_RETURN_IF_ERROR(gradients.Load());
  GRADD_ASSIGN_OR_RETURN(const Value norms,
                         NormsOf(gradients, eager, options.norm_type, dtype, device));
  GRADD_ASSIGN_OR_RETURN(const Eager::MultiTensor on, eager.MultiTensorOn(device));
  on.kernels.clip_factor(
      {dtype, {{norms->spec().element_count(), AsTensor(norms).data()}}, on.stream},
      {options.norm_type, options.max_norm}, AsTensor(total).data(),
      static_cast<double*>(AsTensor(factor).data()));
  if (options.error_if_nonfinite) {
    GRADD_RETURN_IF_ERROR(CheckFinite(eager, total, options.norm_type));
  }
  std::vector<Value> factors;  // for each kin on its device
  for (const Kin& kin : gradients.kin()) {
    factors.push_back(kin.device == device
                          ? factor
                          : g.Apply(ops::ToOp(), {factor}, {DType::kFloat64, kin.device}));
  }
  GRADD_RETURN_IF_ERROR(g.status());
  GRADD_RETURN_IF_ERROR(gradients.Write(
      ops::ClipGradNormOp(), [&](const MultiTensorKernels& kernels, TensorList list, size_t kin) {
        kernels.scale(std::move(list), static_cast<const double*>(AsTensor(factors[kin]).data()));
      }));
  return total;
}

absl::Status ClipGradValue(Tape& tape, Eager& eager, ValueSpan parameters, double clip_value,
                           const Cancellation& cancellation) {
  Gradients gradients(eager);
  GRADD_RETURN_IF_ERROR(gradients.Prepare(tape, parameters, cancellation));
  return gradients.Write(ops::ClipGradValueOp(),
                         [&](const MultiTensorKernels& kernels, TensorList list, size_t) {
                           kernels.clamp(std::move(list), clip_value);
                         });
}

}  // namespace gradd
