#include "core/kernels/cuda/cublas_lt.h"

#include <dlfcn.h>

#include <string>
#include <type_traits>

#include "core/base/status.h"

namespace gradd::cuda {
namespace {

absl::Status Missing() {
  const char* const why = dlerror();
  return FailedPrecondition("CUBLAS_MISSING", "matrix products on CUDA devices need cuBLASLt ",
                            CUBLAS_VER_MAJOR, ": ", why != nullptr ? why : "it cannot be loaded");
}

absl::StatusOr<const CublasLt*> Load() {
  const std::string name = absl::StrCat("libcublasLt.so.", CUBLAS_VER_MAJOR);
  void* const library = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);  // never closed
  if (library == nullptr) return Missing();
  static CublasLt lt;
  bool has_all = true;
  const auto find = [&](auto& function, const char* symbol) {
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, symbol));
    has_all = has_all && function != nullptr;
  };
  find(lt.Create, "cublasLtCreate");
  find(lt.GetStatusString, "cublasLtGetStatusString");
  find(lt.MatmulDescInit, "cublasLtMatmulDescInit_internal");
  find(lt.MatmulDescSetAttribute, "cublasLtMatmulDescSetAttribute");
  find(lt.MatrixLayoutInit, "cublasLtMatrixLayoutInit_internal");
  find(lt.MatrixLayoutSetAttribute, "cublasLtMatrixLayoutSetAttribute");
  find(lt.MatmulPreferenceInit, "cublasLtMatmulPreferenceInit_internal");
  find(lt.MatmulPreferenceSetAttribute, "cublasLtMatmulPreferenceSetAttribute");
  find(lt.MatmulAlgoGetHeuristic, "cublasLtMatmulAlgoGetHeuristic");
  find(lt.Matmul, "cublasLtMatmul");
  if (!has_all) return Missing();
  return &lt;
}

}  // namespace

absl::Status CublasLt::Check(cublasStatus_t status, const char* what) const {
  if (status == CUBLAS_STATUS_SUCCESS) return absl::OkStatus();
  if (status == CUBLAS_STATUS_ALLOC_FAILED) {
    return ResourceExhausted("OUT_OF_MEMORY", what, ": cuBLASLt has no memory");
  }
  return InternalError("CUBLAS_ERROR", what, ": ", GetStatusString(status));
}

absl::StatusOr<const CublasLt*> LoadCublasLt() {
  static const auto* const kLoaded = new absl::StatusOr<const CublasLt*>(Load());
  return *kLoaded;
}

}  // namespace gradd::cuda
