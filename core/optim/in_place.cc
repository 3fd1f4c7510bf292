#include "core/optim/in_place.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "core/ops/in_place.h"
#include "core/ops/view/clone.h"

namespace gradd {

absl::StatusOr<WrittenTensor> WrittenTensor::Prepare(Eager& eager, const Value& tensor) {
  GRADD_RETURN_IF_ERROR(CheckNoOverlap(tensor->spec()));
  GRADD_RETURN_IF_ERROR(eager.MakeUnique(tensor));
  if (tensor->spec().IsContiguous()) return WrittenTensor(tensor, nullptr);
  Builder g(eager);
  Value packed = ops::ZerosLike(g, tensor->spec());
  GRADD_RETURN_IF_ERROR(g.status());
  return WrittenTensor(tensor, std::move(packed));
}

absl::Status WrittenTensor::Load(Eager& eager) const {
  return packed_ ? eager.Assign(packed_, tensor_) : absl::OkStatus();
}

absl::Status WrittenTensor::Store(Eager& eager) const {
  if (packed_) return eager.Assign(tensor_, packed_);
  ++AsTensor(tensor_).cell().version;
  return absl::OkStatus();
}

int WriteRounds::Add(const TensorValue& tensor) {
  const int64_t begin = tensor.spec().offset, end = StorageExtent(tensor.spec());
  const auto [entry, is_new] = cells_.try_emplace(&tensor.cell(), Extent{0, begin, end});
  Extent& last = entry->second;
  if (is_new) return 0;
  if (end <= last.begin || last.end <= begin) {
    last = {last.round, std::min(last.begin, begin), std::max(last.end, end)};
  } else {
    last = {last.round + 1, begin, end};
  }
  return last.round;
}

absl::StatusOr<Value> ReadableDuring(const WriteRounds& rounds, Eager& eager, const Value& tensor) {
  if (tensor->spec().IsContiguous() && !rounds.Writes(AsTensor(tensor))) return tensor;
  Builder g(eager);
  Value copy = ops::Clone(g, tensor);
  GRADD_RETURN_IF_ERROR(g.status());
  return copy;
}

}  // namespace gradd
