// What a kernel is given and where kernels are looked up.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "core/base/integer_range.h"
#include "core/device/stream.h"
#include "core/ops/op.h"
#include "core/spec/tensor_spec.h"

namespace gradd {

struct MultiTensorKernels;

// A tensor, or a plain number by value: the device may read it after the call has returned.
struct KernelArgument {
  const TensorSpec* spec = nullptr;  // good during the call only
  void* data = nullptr;              // the first element; null for a number
  alignas(8) char number[8] = {};    // of spec->dtype
  // What is known of the elements of an integer tensor, and perhaps of elements beside them; null:
  // nothing.
  const IntegerRange* range = nullptr;

  // The same elements, seen another way. `other` is good during the call.
  KernelArgument As(const TensorSpec& other) const {
    KernelArgument seen = *this;
    seen.spec = &other;
    return seen;
  }
  bool is_number() const { return data == nullptr && spec->element_count() > 0; }
  template <class T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

// Where kernels that check indices report the first bad one, and where those after them look
// before they write. Lives in the device's memory; the host has it after a copy.
struct IndexError {
  static constexpr int64_t kNowhere = INT64_MAX;

  int32_t found = 0;
  int64_t index = 0;
  int64_t size = 0;
  // Where work that looks at all indices at once agrees which bad one is the first.
  int64_t position = kNowhere;
};

// What a kernel of an op with checks_indices says of each of its index tensors, on the host:
// whether the device has to look at it.
class IndexCheck {
 public:
  // The entries of `index` are good from good.least to good.most. True: they are known to be, so
  // the kernel need not check them. False: it has to report the first bad one to the IndexError.
  // With `allows_others` entries besides those are good too, so that nothing is remembered of them.
  bool IsKnown(const KernelArgument& index, const IntegerRange& good, bool allows_others = false) {
    const bool known =
        index.spec->element_count() == 0 || (index.range != nullptr && index.range->IsWithin(good));
    ++(known ? known_ : unknown_);
    if (!known && !allows_others) checked_ = {index.data, good};
    return known;
  }

  // Whether somebody has to look at the IndexError: a kernel that asked nothing may have found
  // something.
  bool must_look() const { return unknown_ > 0 || known_ == 0; }
  // One of the index tensors that have to be checked, if there are any, and what its entries are
  // known to be once nothing bad was found.
  struct Checked {
    const void* data = nullptr;
    IntegerRange good;
  };
  const Checked& checked() const { return checked_; }

  // How the error is worded; null: as that of an index that is out of range.
  using Words = absl::Status (*)(const IndexError& error);
  void set_words(Words words) { words_ = words; }
  Words words() const { return words_; }

 private:
  int known_ = 0;
  int unknown_ = 0;
  Checked checked_;
  Words words_ = nullptr;
};

// Memory that a kernel needs besides its outputs, reserved from the session's budget. Good for the
// work that the call enqueues.
class Workspace {
 public:
  virtual ~Workspace() = default;
  // `bytes` may be 0: null then.
  virtual absl::StatusOr<void*> Allocate(int64_t bytes) = 0;
};

// Inputs of pointwise ops have the dtype to compute in; those of other ops are as they were given.
// Outputs are contiguous. The kernel enqueues its work on `stream` and must have copied by then
// whatever it needs of this struct. It need not ask Stream::TakeEnqueueError: whoever called it
// does.
struct KernelCall {
  const Op& op;
  absl::Span<const KernelArgument> inputs;
  absl::Span<const KernelArgument> outputs;
  const Attributes& attributes;
  Stream& stream;
  Workspace& workspace;
  // For ops with checks_indices; nothing found so far.
  IndexError* index_error = nullptr;
  IndexCheck* index_check = nullptr;
};

using KernelFunction = absl::Status (*)(const KernelCall& call);
// For data-dependent ops: the size of the output's first dimension. Waits for the device.
using CountFunction = absl::StatusOr<int64_t> (*)(const KernelCall& call);

struct Kernel {
  KernelFunction run = nullptr;
  CountFunction count = nullptr;
};

// The kernels of one backend.
class KernelTable {
 public:
  void Set(const Op& op, Kernel kernel) {
    if (kernels_.size() <= static_cast<size_t>(op.index)) kernels_.resize(op.index + 1);
    kernels_[op.index] = kernel;
  }
  // Without functions when the backend has none for `op`.
  Kernel Find(const Op& op) const {
    return static_cast<size_t>(op.index) < kernels_.size() ? kernels_[op.index] : Kernel{};
  }

  // What is done to many tensors with one launch (core/kernels/multi_tensor.h); null: nothing.
  void SetMultiTensor(const MultiTensorKernels& kernels) { multi_tensor_ = &kernels; }
  const MultiTensorKernels* multi_tensor() const { return multi_tensor_; }

 private:
  std::vector<Kernel> kernels_;
  const MultiTensorKernels* multi_tensor_ = nullptr;
};

}  // namespace gradd
