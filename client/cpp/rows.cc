#include "client/cpp/rows.h"

#include "client/cpp/failure.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {

RowIterator begin(const Tensor& tensor, SourceLine source) {
  if (tensor.dim() == 0) {
    Throw(InvalidArgument("RANK_TOO_SMALL", "iteration over a 0-d tensor"), "begin", source);
  }
  return RowIterator(tensor, 0, source);
}

RowIterator end(const Tensor& tensor, SourceLine source) {
  return RowIterator(tensor, tensor.size(0, source), source);
}

}  // namespace client
}  // namespace gradd
