#include "core/optim/step.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"

namespace gradd {

absl::Status StepPlan::Add(const OptionValues& options, const Value& parameter,
                           const Value& gradient, ParameterState& state) {
  ++state.step;
  GRADD_ASSIGN_OR_RETURN(WrittenTensor written, WrittenTensor::Prepare(eager_, parameter));
  Item item{&options,
            std::move(written),
            gradient,
            {},
            algorithm_.depends_on_step ? state.step : 0,
            0,
            rounds_.Add(AsTensor(parameter))};
  const StateSet used = algorithm_.states_used(options);
  Builder g(eager_);
  size_t count = 0;
  for (size_t i = 0; i < algorithm_.kind->states.size(); ++i) {
    if ((used >> i & 1) == 0) continue;
    Value& tensor = state.tensors[i];
    if (tensor) {
      GRADD_RETURN_IF_ERROR(eager_.MakeUnique(tensor));
    } else {
      tensor = ops::ZerosLike(g, parameter->spec());
      GRADD_RETURN_IF_ERROR(g.status());
      item.fresh |= StateSet{1} << i;
    }
    (void)rounds_.Add(AsTensor(tensor));
    item.states[count++] = tensor;
  }
  items_.push_back(std::move(item));
  return absl::OkStatus();
}

absl::Status StepPlan::Prepare() {
  for (Item& item : items_) {
    GRADD_RETURN_IF_ERROR(eager_.MultiTensorOn(item.gradient->spec().device).status());
    GRADD_ASSIGN_OR_RETURN(item.gradient, ReadableDuring(rounds_, eager_, item.gradient));
  }
  std::stable_sort(items_.begin(), items_.end(),
                   [](const Item& a, const Item& b) { return a.round < b.round; });
  return absl::OkStatus();
}

absl::Status StepPlan::Run() {
  const absl::Span<const Item> all = items_;
  for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    while (end < all.size() && all[end].round == all[begin].round) ++end;
    GRADD_RETURN_IF_ERROR(RunRound(all.subspan(begin, end - begin)));
  }
  return absl::OkStatus();
}

absl::StatusOr<StepPlan::Batch*> StepPlan::BatchFor(const Item& item, std::vector<Batch>& batches) {
  const TensorSpec& spec = item.gradient->spec();
  for (Batch& batch : batches) {
    const TensorSpec& other = batch.like->gradient->spec();
    if (batch.like->options == item.options && batch.like->step == item.step &&
        batch.like->fresh == item.fresh && other.dtype == spec.dtype &&
        other.device == spec.device) {
      return &batch;
    }
  }
  GRADD_ASSIGN_OR_RETURN(const Eager::MultiTensor on, eager_.MultiTensorOn(spec.device));
  batches.push_back({&item, on, {spec.dtype, {}, on.stream}, 0});
  return &batches.back();
}

absl::Status StepPlan::RunRound(absl::Span<const Item> items) {
  std::vector<Batch> batches;
  for (const Item& item : items) {
    GRADD_RETURN_IF_ERROR(item.parameter.Load(eager_));
    const TensorMemory memory = item.parameter.memory();
    if (memory.count == 0) continue;
    UpdateTensors tensors{memory.count, memory.data, AsTensor(item.gradient).data(), {}};
    for (size_t i = 0; i < item.states.size() && item.states[i]; ++i) {
      tensors.states[i] = AsTensor(item.states[i]).data();
    }
    GRADD_ASSIGN_OR_RETURN(Batch* const batch, BatchFor(item, batches));
    batch->list.tensors.push_back(tensors);
    batch->bytes += item.gradient->spec().byte_count();
  }
  for (Batch& batch : batches) {
    const TensorSpec& like = batch.like->gradient->spec();
    GRADD_RETURN_IF_ERROR(eager_.RunWork(*algorithm_.op, like.device, like.dtype, batch.bytes, [&] {
      algorithm_.update(batch.on.kernels, std::move(batch.list), *batch.like->options,
                        batch.like->step, batch.like->fresh);
    }));
  }
  for (const Item& item : items) GRADD_RETURN_IF_ERROR(item.parameter.Store(eager_));
  return absl::OkStatus();
}

}  // namespace gradd
