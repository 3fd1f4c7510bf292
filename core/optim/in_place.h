// Tensors that work over many of them at once writes in place.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "core/kernels/multi_tensor.h"
#include "core/runtime/eager.h"

namespace gradd {

// A tensor as contiguous memory that a kernel may write. One of another layout is copied there and
// back.
class WrittenTensor {
 public:
  // Does all that can fail. INVALID_ARGUMENT when two elements share memory.
  static absl::StatusOr<WrittenTensor> Prepare(Eager& eager, const Value& tensor);

  const Value& tensor() const { return tensor_; }
  // Good between Load and Store.
  TensorMemory memory() const {
    return {tensor_->spec().element_count(), AsTensor(packed_ ? packed_ : tensor_).data()};
  }
  // Before the launch and after it; neither can run out of memory.
  absl::Status Load(Eager& eager) const;
  absl::Status Store(Eager& eager) const;

 private:
  WrittenTensor(Value tensor, Value packed)
      : tensor_(std::move(tensor)), packed_(std::move(packed)) {}

  Value tensor_;
  Value packed_;  // null: the tensor itself is contiguous
};

// Which of several tensors one launch may write: those that overlap have to take turns, in the
// order in which they were added.
class WriteRounds {
 public:
  // The round of this tensor, from 0.
  int Add(const TensorValue& tensor);
  // Whether a tensor of this storage is written in any round.
  bool Writes(const TensorValue& tensor) const { return cells_.contains(&tensor.cell()); }

 private:
  // What the last round of a cell covers, in elements of its storage.
  struct Extent {
    int round;
    int64_t begin, end;
  };
  absl::flat_hash_map<const StorageCell*, Extent> cells_;
};

// `tensor` as contiguous memory to read while `rounds` are written: itself, or a copy.
absl::StatusOr<Value> ReadableDuring(const WriteRounds& rounds, Eager& eager, const Value& tensor);

}  // namespace gradd
