// Tensors with storage: what the Eager interpreter makes and Tape annotates.
#pragma once

#include <cstdint>
#include <utility>

#include "core/base/ref.h"
#include "core/ops/value.h"
#include "core/tensor/buffer.h"

namespace gradd {

// What a tensor and its views share. Writing means giving the cell another buffer, or writing into
// its buffer when nobody else holds that; either way the version goes up.
struct StorageCell final : public StrandCounted {
  explicit StorageCell(RefPtr<Buffer> initial) : buffer(std::move(initial)) {}
  RefPtr<Buffer> buffer;
  uint64_t version = 0;
  // Its tensors (views made anywhere included) can never take part in autograd.
  bool made_in_inference = false;
};

// A spec that tensors and graph nodes have in common: most results are like what they were made of.
struct SharedSpec final : public StrandCounted {
  explicit SharedSpec(TensorSpec shared) : spec(std::move(shared)) {}
  const TensorSpec spec;
};
using SpecRef = RefPtr<const SharedSpec>;

// Something that an interpreter above Eager remembers about a tensor.
class TensorAnnotation : public StrandCounted {};

// (storage cell, layout). Confined to its session's strand.
class TensorValue final : public ValueBase {
 public:
  // A tensor of its own.
  TensorValue(TensorSpec spec, RefPtr<StorageCell> cell)
      : ValueBase(Kind::kBottom, std::move(spec)), cell_(std::move(cell)) {}
  // A view of `of`, or of what `of` is a view of.
  TensorValue(TensorSpec spec, const RefPtr<TensorValue>& of)
      : ValueBase(Kind::kBottom, std::move(spec)),
        cell_(of->cell_),
        base_(of->base_ ? of->base_ : of) {}

  StorageCell& cell() const { return *cell_; }
  const RefPtr<StorageCell>& shared_cell() const { return cell_; }
  uint64_t version() const { return cell_->version; }
  // The tensor that this is a view of, never itself a view; null for a tensor of its own.
  const RefPtr<TensorValue>& base() const { return base_; }
  // Address of the first element.
  void* data() const {
    return static_cast<char*>(cell_->buffer->data()) +
           spec().offset * static_cast<int64_t>(ItemSize(spec().dtype));
  }
  // True when the elements are the whole buffer in row-major order.
  bool FillsItsBuffer() const {
    return spec().offset == 0 && spec().IsContiguous() &&
           cell_->buffer->size() == spec().byte_count();
  }

  // spec() for others to keep.
  const SpecRef& shared_spec() {
    if (!shared_spec_) shared_spec_ = MakeRef<SharedSpec>(spec());
    return shared_spec_;
  }
  // REQUIRES: `shared` is equal to spec().
  void set_shared_spec(const SpecRef& shared) { shared_spec_ = shared; }

  TensorAnnotation* annotation() const { return annotation_.get(); }
  void set_annotation(RefPtr<TensorAnnotation> annotation) { annotation_ = std::move(annotation); }

 private:
  const RefPtr<StorageCell> cell_;
  const RefPtr<TensorValue> base_;
  RefPtr<TensorAnnotation> annotation_;
  SpecRef shared_spec_;  // null until somebody asks
};

// REQUIRES: `value` is a tensor with storage (not a plain number, not a transform's value).
inline TensorValue& AsTensor(const Value& value) { return static_cast<TensorValue&>(*value); }
inline RefPtr<TensorValue> ShareTensor(const Value& value) {
  return RefPtr<TensorValue>(static_cast<TensorValue*>(value.get()));
}

}  // namespace gradd
