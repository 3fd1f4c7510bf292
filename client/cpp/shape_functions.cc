#include "client/cpp/shape_functions.h"

#include <algorithm>

#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/tensor.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

template <class T>
T Must(absl::StatusOr<T> result, absl::string_view what, SourceLine source) {
  ThrowIfError(result.status(), what, source);
  return *std::move(result);
}

// `dim` of `input`, which has to have dimensions.
int DimOf(const Tensor& input, int64_t dim, absl::string_view what, SourceLine source) {
  const int rank = input.spec().rank();
  if (rank == 0) {
    Throw(InvalidArgument("RANK_TOO_SMALL", what, " expects at least a 1-dimensional tensor"), what,
          source);
  }
  return Must(NormalizeDim(dim, rank), what, source);
}

int64_t Product(DimsView sizes) {
  int64_t product = 1;
  for (const int64_t size : sizes) product *= size;
  return product;
}

}  // namespace

Tensor reshape(const Tensor& input, const DimsArg& shape, SourceLine source) {
  const TensorSpec& spec = input.remote("reshape", source).spec();
  const Dims resolved = Must(ResolveShape(shape.dims(), spec.element_count()), "reshape", source);
  const bool is_view = ViewStrides(spec.shape, spec.strides, resolved).has_value();
  return is_view ? input.view(resolved, source) : unsafe_view(input, resolved, source);
}

Tensor flatten(const Tensor& input, int64_t start_dim, int64_t end_dim, SourceLine source) {
  const Dims& shape = input.remote("flatten", source).spec().shape;
  const int rank = static_cast<int>(shape.size());
  const int start = Must(NormalizeDim(start_dim, rank), "flatten", source);
  const int end = Must(NormalizeDim(end_dim, rank), "flatten", source);
  if (start > end) {
    Throw(InvalidArgument("DIMENSION_ORDER",
                          "flatten() has invalid args: start_dim cannot come after end_dim"),
          "flatten", source);
  }
  if (rank == 0) return input.reshape({1}, source);
  if (start == end) return input;
  Dims flat(shape.begin(), shape.begin() + start);
  flat.push_back(Product(DimsView(shape).subspan(start, end - start + 1)));
  flat.insert(flat.end(), shape.begin() + end + 1, shape.end());
  return input.reshape(flat, source);
}

Tensor unflatten(const Tensor& input, int64_t dim, const DimsArg& sizes, SourceLine source) {
  const Dims& shape = input.remote("unflatten", source).spec().shape;
  const int d = DimOf(input, dim, "unflatten", source);
  if (sizes.dims().empty()) {
    Throw(InvalidArgument("EMPTY_LIST", "unflatten: sizes must be non-empty"), "unflatten", source);
  }
  const absl::StatusOr<Dims> resolved = ResolveShape(sizes.dims(), shape[d]);
  if (!resolved.ok()) {
    Throw(InvalidArgument("SHAPE_MISMATCH", "unflatten: Provided sizes ", ToString(sizes.dims()),
                          " don't multiply up to the size of dim ", d, " (", shape[d],
                          ") in the input tensor"),
          "unflatten", source);
  }
  Dims apart(shape.begin(), shape.begin() + d);
  apart.insert(apart.end(), resolved->begin(), resolved->end());
  apart.insert(apart.end(), shape.begin() + d + 1, shape.end());
  return input.view(apart, source);
}

Tensor ravel(const Tensor& input, SourceLine source) {
  return input.contiguous(source).view({-1}, source);
}
Tensor view_as(const Tensor& input, const Tensor& other, SourceLine source) {
  return input.view(other.shape(), source);
}
Tensor expand_as(const Tensor& input, const Tensor& other, SourceLine source) {
  return input.expand(other.shape(), source);
}

Tensor narrow(const Tensor& input, int64_t dim, int64_t start, int64_t length, SourceLine source) {
  const Dims& shape = input.remote("narrow", source).spec().shape;
  const auto fail = [source](auto... parts) {
    Throw(InvalidArgument("RANGE_OUT_OF_BOUNDS", parts...), "narrow", source);
  };
  if (shape.empty()) fail("narrow() cannot be applied to a 0-dim tensor.");
  if (length < 0) fail("narrow(): length must be non-negative.");
  const int64_t size = shape[DimOf(input, dim, "narrow", source)];
  if (start < -size || start > size) {
    fail("start out of range (expected to be in range of [", -size, ", ", size, "], but got ",
         start, ")");
  }
  if (start < 0) start += size;
  if (length > size - start) {
    fail("start (", start, ") + length (", length, ") exceeds dimension size (", size, ").");
  }
  return input.slice(dim, start, start + length, 1, source);
}

std::vector<Tensor> split(const Tensor& input, int64_t size, int64_t dim, SourceLine source) {
  const int64_t whole = input.shape()[DimOf(input, dim, "split", source)];
  if (size < 0) {
    Throw(InvalidArgument("NEGATIVE_SIZE",
                          "split expects split_size be non-negative, but got split_size=", size),
          "split", source);
  }
  if (size == 0 && whole != 0) {
    Throw(InvalidArgument("SPLIT_SIZE", "split_size can only be 0 if dimension size is 0, but got ",
                          "dimension size of ", whole),
          "split", source);
  }
  std::vector<Tensor> parts;
  int64_t start = 0;
  do {
    const int64_t length = std::min(size, whole - start);
    parts.push_back(input.slice(dim, start, start + length, 1, source));
    start += length;
  } while (start < whole);
  return parts;
}

std::vector<Tensor> split_with_sizes(const Tensor& input, const DimsArg& sizes, int64_t dim,
                                     SourceLine source) {
  const int d = DimOf(input, dim, "split", source);
  const int64_t whole = input.shape()[d];
  int64_t left = whole;
  for (const int64_t size : sizes.dims()) {
    if (size < 0) {
      Throw(InvalidArgument("NEGATIVE_SIZE", "split_with_sizes expects split_sizes have only ",
                            "non-negative entries, but got split_sizes=", ToString(sizes.dims())),
            "split", source);
    }
    left = size > left ? -1 : left - size;
    if (left < 0) break;
  }
  if (left != 0) {
    Throw(InvalidArgument("SPLIT_SIZE", "split_with_sizes expects split_sizes to sum exactly to ",
                          whole, " (input tensor's size at dimension ", d,
                          "), but got split_sizes=", ToString(sizes.dims())),
          "split", source);
  }
  std::vector<Tensor> parts;
  int64_t start = 0;
  for (const int64_t size : sizes.dims()) {
    parts.push_back(input.slice(dim, start, start + size, 1, source));
    start += size;
  }
  return parts;
}

std::vector<Tensor> chunk(const Tensor& input, int64_t chunks, int64_t dim, SourceLine source) {
  const int64_t whole = input.shape()[DimOf(input, dim, "chunk", source)];
  if (chunks <= 0) {
    Throw(InvalidArgument("CHUNK_COUNT",
                          "chunk expects `chunks` to be greater than 0, got: ", chunks),
          "chunk", source);
  }
  const int64_t size = whole / chunks + (whole % chunks != 0 ? 1 : 0);
  // Of nothing there are as many parts as were asked for.
  return size == 0 ? input.split_with_sizes(Dims(chunks, 0), dim, source)
                   : input.split(size, dim, source);
}

std::vector<Tensor> unbind(const Tensor& input, int64_t dim, SourceLine source) {
  const int64_t size = input.size(dim, source);
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < size; ++i) parts.push_back(input.select(dim, i, source));
  return parts;
}

Tensor movedim(const Tensor& input, const DimsArg& from, const DimsArg& to, SourceLine source) {
  const int rank = input.remote("movedim", source).spec().rank();
  if (from.dims().size() != to.dims().size()) {
    Throw(
        InvalidArgument("DIMENSION_COUNT", "movedim: Invalid source or destination dims: source (",
                        ToString(from.dims()), " dims) should contain the same number of dims as ",
                        "destination (", ToString(to.dims()), " dims)"),
        "movedim", source);
  }
  Dims order(rank, -1);
  std::vector<bool> moved(rank);
  for (size_t i = 0; i < from.dims().size(); ++i) {
    const int source_dim = Must(NormalizeDim(from.dims()[i], rank), "movedim", source);
    const int target_dim = Must(NormalizeDim(to.dims()[i], rank), "movedim", source);
    if (rank == 0) continue;
    if (moved[source_dim] || order[target_dim] >= 0) {
      const bool is_source = moved[source_dim];
      Throw(InvalidArgument("DIMENSION_REPEATED", "movedim: repeated dim in `",
                            is_source ? "source" : "destination", "` (",
                            ToString(is_source ? from.dims() : to.dims()), ")"),
            "movedim", source);
    }
    moved[source_dim] = true;
    order[target_dim] = source_dim;
  }
  int next = 0;
  for (int64_t& dim : order) {
    if (dim >= 0) continue;
    while (moved[next]) ++next;
    dim = next++;
  }
  return input.permute(order, source);
}

Tensor swapaxes(const Tensor& input, int64_t dim0, int64_t dim1, SourceLine source) {
  return input.transpose(dim0, dim1, source);
}

Tensor tile(const Tensor& input, const DimsArg& repeats, SourceLine source) {
  Dims all = repeats.dims();
  const auto rank = static_cast<size_t>(input.dim());
  if (all.size() < rank) all.insert(all.begin(), rank - all.size(), 1);
  return input.repeat(all, source);
}

}  // namespace client
}  // namespace gradd
