#include "core/device/cuda/cuda_events.h"

#include <cuda_runtime_api.h>

#include <cmath>

#include "core/device/cuda/cuda_device.h"
#include "core/device/cuda/cuda_stream.h"

namespace gradd::cuda {
namespace {

cudaEvent_t AsEvent(Events::Event event) { return static_cast<cudaEvent_t>(event); }

// What the answer to a query says. Work that is not done is no error, but is left as one.
Events::State StateOf(cudaError_t answer, CudaFault& fault) {
  if (answer == cudaSuccess) return Events::State::kDone;
  if (answer == cudaErrorNotReady) {
    (void)cudaGetLastError();
    return Events::State::kPending;
  }
  (void)fault.Check(answer, "asking for an event");
  return Events::State::kFailed;
}

}  // namespace

Events::Event CudaEvents::Create() {
  CudaFault& fault = stream_.device().fault_state();
  if (fault.is_lost()) return nullptr;
  (void)stream_.Use();
  cudaEvent_t event = nullptr;
  const unsigned flags = kind_ == Kind::kTimed ? cudaEventDefault : cudaEventDisableTiming;
  const cudaError_t error = cudaEventCreateWithFlags(&event, flags);
  return fault.Check(error, "creating an event").ok() ? event : nullptr;
}

void CudaEvents::Destroy(Event event) {
  // One that is pending lives until it has happened.
  if (cudaEventDestroy(AsEvent(event)) != cudaSuccess) (void)cudaGetLastError();
}

bool CudaEvents::Record(Event event) {
  CudaFault& fault = stream_.device().fault_state();
  if (fault.is_lost()) return false;
  return fault.Check(cudaEventRecord(AsEvent(event), stream_.Use()), "recording an event").ok();
}

Events::State CudaEvents::Query(Event event) {
  CudaFault& fault = stream_.device().fault_state();
  if (fault.is_lost()) return State::kFailed;
  (void)stream_.Use();
  return StateOf(cudaEventQuery(AsEvent(event)), fault);
}

int64_t CudaEvents::NanosBetween(Event start, Event end) {
  float milliseconds = 0;
  if (cudaEventElapsedTime(&milliseconds, AsEvent(start), AsEvent(end)) != cudaSuccess) {
    (void)cudaGetLastError();
    return -1;
  }
  return std::llround(static_cast<double>(milliseconds) * 1e6);
}

bool CudaEvents::IsIdle() {
  CudaFault& fault = stream_.device().fault_state();
  if (fault.is_lost()) return true;
  return StateOf(cudaStreamQuery(stream_.Use()), fault) != State::kPending;
}

}  // namespace gradd::cuda
