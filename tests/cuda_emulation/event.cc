#include "tests/cuda_emulation/device.h"
#include "tests/cuda_emulation/errors.h"
#include "tests/cuda_emulation/report.h"
#include "tests/cuda_emulation/stream.h"

using namespace gradd::cuda_emulation;

struct CUevent_st {
  int device;
  bool is_timed;
  std::mutex mutex;
  std::shared_ptr<Record> last;  // null before the first

  std::shared_ptr<Record> Last() {
    std::lock_guard<std::mutex> lock(mutex);
    return last;
  }
};

namespace gradd::cuda_emulation {

void Record::Finish() {
  std::lock_guard<std::mutex> lock(mutex);
  time = std::chrono::steady_clock::now();
  is_done = true;
  changed.notify_all();
}

void Record::Wait() {
  std::unique_lock<std::mutex> lock(mutex);
  while (!is_done && !AreLost()) changed.wait_for(lock, std::chrono::milliseconds(10));
}

bool Record::IsDone() {
  std::lock_guard<std::mutex> lock(mutex);
  return is_done;
}

}  // namespace gradd::cuda_emulation

extern "C" {

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if ((flags & ~unsigned{cudaEventDisableTiming}) != 0) return Return(cudaErrorNotSupported);
  *event = new CUevent_st{CurrentDevice(), (flags & cudaEventDisableTiming) == 0, {}, {}};
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event == nullptr) return Return(cudaErrorInvalidResourceHandle);
  delete event;
  return Enter();
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  CUstream_st& on = Use(stream);
  if (event == nullptr || event->device != on.device()) {
    return Return(cudaErrorInvalidResourceHandle);
  }
  auto record = std::make_shared<Record>();
  {
    std::lock_guard<std::mutex> lock(event->mutex);
    event->last = record;
  }
  on.Enqueue([record] { record->Finish(); });
  return cudaSuccess;
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (event == nullptr) return Return(cudaErrorInvalidResourceHandle);
  const std::shared_ptr<Record> last = event->Last();
  return Return(last == nullptr || last->IsDone() ? cudaSuccess : cudaErrorNotReady);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (event == nullptr) return Return(cudaErrorInvalidResourceHandle);
  if (const std::shared_ptr<Record> last = event->Last()) last->Wait();
  return Enter();
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (start == nullptr || end == nullptr) return Return(cudaErrorInvalidResourceHandle);
  const std::shared_ptr<Record> first = start->Last(), last = end->Last();
  if (!start->is_timed || !end->is_timed || first == nullptr || last == nullptr) {
    return Return(cudaErrorInvalidResourceHandle);
  }
  if (!first->IsDone() || !last->IsDone()) return Return(cudaErrorNotReady);
  *milliseconds = std::chrono::duration<float, std::milli>(last->time - first->time).count();
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (flags != 0) return Return(cudaErrorInvalidValue);
  if (event == nullptr) return Return(cudaErrorInvalidResourceHandle);
  CUstream_st& on = Use(stream);
  // An event that was never recorded is waited for by nobody.
  if (std::shared_ptr<Record> last = event->Last()) on.Enqueue([last] { last->Wait(); });
  return cudaSuccess;
}
}
