#include "core/kernels/cpu/join.h"

#include "core/kernels/cpu/copy.h"

namespace gradd::cpu {

void CopyToPart(Stream& stream, const KernelArgument& to, DimsView strides, int64_t offset,
                const KernelArgument& from) {
  TensorSpec part = *from.spec;
  part.dtype = to.spec->dtype;
  part.strides.assign(strides.begin(), strides.end());
  Copy(stream, part, to.as<char>() + offset * static_cast<int64_t>(ItemSize(part.dtype)),
       *from.spec, from.data);
}

}  // namespace gradd::cpu
