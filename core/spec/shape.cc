#include "core/spec/shape.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "core/base/checked.h"
#include "core/base/status.h"

namespace gradd {

absl::Status CheckShape(DimsView shape) {
  if (shape.size() > kMaxRank) {
    return InvalidArgument("RANK_TOO_LARGE", "tensor has too many (>", kMaxRank, ") dims");
  }
  int64_t count = 1;
  bool overflow = false;
  for (const int64_t size : shape) {
    if (size < 0) {
      return InvalidArgument("NEGATIVE_DIMENSION",
                             "Trying to create tensor with negative dimension ", size, ": ",
                             ToString(shape));
    }
    if (size == 0)
      continue;  // strides are products of the other sizes and must not overflow either
    const std::optional<int64_t> product = CheckedMultiply(count, size);
    overflow = overflow || !product.has_value();
    count = product.value_or(1);
  }
  if (overflow) {
    return InvalidArgument("SIZE_OVERFLOW",
                           "Storage size calculation overflowed with sizes=", ToString(shape));
  }
  return absl::OkStatus();
}

std::optional<int64_t> ByteCount(DimsView shape, size_t item_size) {
  return CheckedMultiply(ElementCount(shape), static_cast<int64_t>(item_size));
}

Dims ContiguousStrides(DimsView shape) {
  Dims strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= std::max<int64_t>(shape[i], 1);
  }
  return strides;
}

absl::StatusOr<Dims> BroadcastShapes(DimsView a, DimsView b) {
  if (SameDims(a, b)) return Dims(a.begin(), a.end());
  const size_t rank = std::max(a.size(), b.size());
  Dims result(rank);
  for (size_t i = 0; i < rank; ++i) {
    const int64_t size_a = i < rank - a.size() ? 1 : a[i - (rank - a.size())];
    const int64_t size_b = i < rank - b.size() ? 1 : b[i - (rank - b.size())];
    if (size_a != size_b && size_a != 1 && size_b != 1) {
      return InvalidArgument("SHAPE_MISMATCH", "The size of tensor a (", size_a,
                             ") must match the size of tensor b (", size_b,
                             ") at non-singleton dimension ", i);
    }
    result[i] = size_a == 1 ? size_b : size_a;
  }
  return result;
}

absl::StatusOr<int> NormalizeDim(int64_t dim, int rank) {
  const int64_t range = std::max(rank, 1);
  if (dim < -range || dim >= range) {
    return InvalidArgument("DIMENSION_OUT_OF_RANGE", "Dimension out of range (expected to be in ",
                           "range of [", -range, ", ", range - 1, "], but got ", dim, ")");
  }
  return static_cast<int>(dim < 0 ? dim + range : dim);
}

absl::StatusOr<Dims> NormalizeReductionDims(DimsView dims, int rank) {
  Dims result;
  if (dims.empty()) {
    for (int i = 0; i < rank; ++i) result.push_back(i);
    return result;
  }
  for (const int64_t dim : dims) {
    GRADD_ASSIGN_OR_RETURN(const int normal, NormalizeDim(dim, rank));
    if (std::find(result.begin(), result.end(), normal) != result.end()) {
      return InvalidArgument("DUPLICATE_DIMENSION", "dim ", normal,
                             " appears multiple times in the list of dims");
    }
    if (rank > 0) result.push_back(normal);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::optional<Dims> ViewStrides(DimsView shape, DimsView strides, DimsView to) {
  Dims result(to.size());
  if (ElementCount(shape) == 0) return ContiguousStrides(to);
  // Walk both shapes from the back; each maximal run of old dimensions that is contiguous within
  // itself has to be covered by whole new dimensions.
  size_t next = to.size();
  int64_t run = 1;  // elements of the current run of old dimensions
  int64_t base = shape.empty() ? 1 : strides.back();
  for (size_t i = shape.size(); i-- > 0;) {
    run *= shape[i];
    const bool run_ends = i == 0 || (shape[i - 1] != 1 && strides[i - 1] != run * base);
    if (!run_ends) continue;
    int64_t covered = 1;
    while (next > 0 && (covered < run || to[next - 1] == 1)) {
      --next;
      result[next] = covered * base;
      covered *= to[next];
    }
    if (covered != run) return std::nullopt;
    if (i > 0) {
      base = strides[i - 1];
      run = 1;
    }
  }
  while (next > 0) {  // only sizes of 1 can be left
    --next;
    if (to[next] != 1) return std::nullopt;
    result[next] = 1;
  }
  return result;
}

absl::StatusOr<Dims> ResolveShape(DimsView shape, int64_t count) {
  Dims result(shape.begin(), shape.end());
  int inferred = -1;
  Dims known;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != -1) {
      known.push_back(shape[i]);
      continue;
    }
    if (inferred >= 0) {
      return InvalidArgument("TWO_INFERRED_DIMENSIONS", "only one dimension can be inferred");
    }
    inferred = static_cast<int>(i);
  }
  GRADD_RETURN_IF_ERROR(CheckShape(known));
  const int64_t known_count = ElementCount(known);
  if (inferred >= 0 && known_count == 0) {
    return InvalidArgument(
        "SHAPE_AMBIGUOUS", "cannot reshape tensor of ", count, " elements into shape ",
        ToString(shape),
        " because the unspecified dimension size -1 can be any value and is ambiguous");
  }
  if (inferred >= 0 ? count % known_count != 0 : known_count != count) {
    return InvalidArgument("SHAPE_MISMATCH", "shape '", ToString(shape),
                           "' is invalid for input of size ", count);
  }
  if (inferred >= 0) result[inferred] = count / known_count;
  GRADD_RETURN_IF_ERROR(CheckShape(result));
  return result;
}

std::string ToString(DimsView dims) { return absl::StrCat("[", absl::StrJoin(dims, ", "), "]"); }
std::string SizeString(DimsView shape) { return absl::StrCat("torch.Size(", ToString(shape), ")"); }

}  // namespace gradd
