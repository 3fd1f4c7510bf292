#include "core/kernels/cuda/join.h"

#include "core/kernels/cuda/copy.h"

namespace gradd::cuda {

absl::Status CopyToPart(Stream& stream, const KernelArgument& to, DimsView strides, int64_t offset,
                        const KernelArgument& from) {
  TensorSpec part = *from.spec;
  part.dtype = to.spec->dtype;
  part.strides.assign(strides.begin(), strides.end());
  char* const begin = to.as<char>() + offset * static_cast<int64_t>(ItemSize(part.dtype));
  return Copy(stream, part, begin, *from.spec, from.data);
}

}  // namespace gradd::cuda
