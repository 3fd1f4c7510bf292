#include "tests/cuda_emulation/errors.h"

#include <atomic>

#include "tests/cuda_emulation/report.h"

namespace gradd::cuda_emulation {
namespace {

std::atomic<cudaError_t> g_fault{cudaSuccess};
thread_local cudaError_t t_last = cudaSuccess;
thread_local bool t_in_host_function = false;

struct Words {
  cudaError_t error;
  const char* name;
  const char* text;
};

constexpr Words kWords[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration",
     "invalid configuration argument"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress",
     "an illegal memory access was encountered"},
    {cudaErrorNotSupported, "cudaErrorNotSupported", "operation not supported"},
};

const Words& WordsOf(cudaError_t error) {
  static constexpr Words kOther = {cudaErrorUnknown, "cudaErrorUnknown", "unknown error"};
  for (const Words& words : kWords) {
    if (words.error == error) return words;
  }
  return kOther;
}

}  // namespace

cudaError_t Enter() {
  if (t_in_host_function) Fail("a host function calls CUDA");
  const cudaError_t fault = g_fault;
  return fault == cudaSuccess ? cudaSuccess : Return(fault);
}

cudaError_t Return(cudaError_t error) {
  if (error != cudaSuccess) t_last = error;
  return error;
}

void LoseDevices(cudaError_t error) { g_fault = error; }
bool AreLost() { return g_fault != cudaSuccess; }

InHostFunction::InHostFunction() { t_in_host_function = true; }
InHostFunction::~InHostFunction() { t_in_host_function = false; }

}  // namespace gradd::cuda_emulation

using namespace gradd::cuda_emulation;

extern "C" {

cudaError_t cudaGetLastError() {
  const cudaError_t last = AreLost() ? g_fault.load() : t_last;
  t_last = cudaSuccess;
  return last;
}

const char* cudaGetErrorString(cudaError_t error) { return WordsOf(error).text; }
const char* cudaGetErrorName(cudaError_t error) { return WordsOf(error).name; }
}
