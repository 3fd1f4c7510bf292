#include <utility>

#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/multi_tensor.h"
#include "core/kernels/cuda/tensor_table.h"
#include "core/kernels/cuda/visit_floating.h"

namespace gradd::cuda {
namespace {

using UpdateTable = TensorTable<UpdateTensors>;

// One element with its states. What it is computed with, C, is wider than T for the 16-bit types.
template <class T, class C, class Update, size_t... K>
__device__ void UpdateElement(const Update& update, const UpdateTensors& at, int64_t i,
                              std::index_sequence<K...>) {
  T* const parameters = static_cast<T*>(at.parameter);
  C parameter = static_cast<C>(parameters[i]);
  C states[] = {static_cast<C>(static_cast<const T*>(at.states[K])[i])..., C(0)};
  update(parameter, static_cast<C>(static_cast<const T*>(at.gradient)[i]), states[K]...);
  parameters[i] = static_cast<T>(parameter);
  ((static_cast<T*>(at.states[K])[i] = static_cast<T>(states[K])), ...);
}

template <class T, class C, class Update>
__global__ void __launch_bounds__(kBlockThreads)
    UpdateKernel(const __grid_constant__ UpdateTable table, const __grid_constant__ Update update) {
  const UpdateTable::Piece piece = table.PieceOf(blockIdx.x);
  const UpdateTensors& at = table.tensors[piece.tensor];
  for (int64_t i = piece.begin + threadIdx.x; i < piece.end; i += kBlockThreads) {
    UpdateElement<T, C>(update, at, i, std::make_index_sequence<Update::kStates>());
  }
}

// With the update that `make(C{})` gives for what elements are computed with.
template <class Make>
void Update(const UpdateList& list, const Make& make) {
  VisitFloating(list.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = ComputeType<T>;
    const auto update = make(C(0));
    ForEachTable(list.tensors, kUpdatePiece, [&](const UpdateTable& table, size_t) {
      if (table.piece_count() == 0) return;
      Launch(list.stream, table.piece_count(), UpdateKernel<T, C, decltype(update)>, table, update);
    });
  });
}

void Sgd(UpdateList list, const SgdNumbers& numbers, bool momentum) {
  if (momentum) {
    Update(list, [&](auto c) { return SgdUpdate<decltype(c), true>(numbers); });
  } else {
    Update(list, [&](auto c) { return SgdUpdate<decltype(c), false>(numbers); });
  }
}

void Adam(UpdateList list, const AdamNumbers& numbers, bool amsgrad) {
  if (amsgrad) {
    Update(list, [&](auto c) { return AdamUpdate<decltype(c), true>(numbers); });
  } else {
    Update(list, [&](auto c) { return AdamUpdate<decltype(c), false>(numbers); });
  }
}

void Rmsprop(UpdateList list, const RmspropNumbers& numbers, bool momentum, bool centered) {
  if (momentum && centered) {
    Update(list, [&](auto c) { return RmspropUpdate<decltype(c), true, true>(numbers); });
  } else if (momentum) {
    Update(list, [&](auto c) { return RmspropUpdate<decltype(c), true, false>(numbers); });
  } else if (centered) {
    Update(list, [&](auto c) { return RmspropUpdate<decltype(c), false, true>(numbers); });
  } else {
    Update(list, [&](auto c) { return RmspropUpdate<decltype(c), false, false>(numbers); });
  }
}

}  // namespace

const MultiTensorKernels kMultiTensorKernels = {&Sgd,        &Adam,  &Rmsprop, &Norms,
                                                &ClipFactor, &Scale, &Clamp};

}  // namespace gradd::cuda
