#include "client/cpp/indexing.h"

#include <algorithm>
#include <vector>

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "client/cpp/tensor.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

constexpr char kWhat[] = "index";

// What is left when slices, numbers and new axes are applied: a view, and tensors for some of its
// dimensions, ascending.
struct Sliced {
  Tensor view;
  Dims dims;
  std::vector<Tensor> tensors;

  // The op that reads or writes what the tensors name.
  Values Inputs(std::initializer_list<Value> first) const {
    return WithList(Values(first), tensors);
  }
};

int64_t DimensionsOf(const Index& index) {
  if (const auto* const tensor = std::get_if<Value>(&index.index())) {
    return (*tensor)->spec().dtype == DType::kBool ? (*tensor)->spec().rank() : 1;
  }
  const bool takes_one = std::holds_alternative<int64_t>(index.index()) ||
                         std::holds_alternative<Slice>(index.index());
  return takes_one ? 1 : 0;
}

// How many dimensions an ellipsis stands for.
int64_t Remaining(const Tensor& input, Indices indices, SourceLine source) {
  int64_t named = 0;
  for (const Index& index : indices) named += DimensionsOf(index);
  if (named > input.dim()) {
    Throw(InvalidArgument("INDEX_COUNT", "too many indices for tensor of dimension ", input.dim()),
          kWhat, source);
  }
  return input.dim() - named;
}

Tensor Selected(const Tensor& view, int64_t dim, int64_t index, SourceLine source) {
  const int64_t size = view.size(dim, source);
  if (index < -size || index >= size) {
    Throw(InvalidArgument("INDEX_OUT_OF_RANGE", "index ", index, " is out of bounds for dimension ",
                          dim, " with size ", size),
          kWhat, source);
  }
  return view.select(dim, index, source);
}

void CheckMask(const Tensor& mask, const Tensor& view, int64_t dim, SourceLine source) {
  if (mask.dim() == 0) {
    Throw(Unimplemented("MASK_RANK", "a mask without dimensions is not supported as an index"),
          kWhat, source);
  }
  for (int64_t d = 0; d < mask.dim(); ++d) {
    if (mask.shape()[d] == view.shape()[dim + d]) continue;
    Throw(InvalidArgument("SHAPE_MISMATCH", "The shape of the mask ", ToString(mask.shape()),
                          " at index ", d, " does not match the shape of the indexed tensor ",
                          ToString(view.shape()), " at index ", dim + d),
          kWhat, source);
  }
}

// Masks as they were given; their places are not looked at yet.
Sliced Slices(const Tensor& input, Indices indices, SourceLine source) {
  const int64_t remaining = Remaining(input, indices, source);
  Sliced sliced = {input, {}, {}};
  int64_t dim = 0;
  for (const Index& index : indices) {
    if (const auto* const number = std::get_if<int64_t>(&index.index())) {
      sliced.view = Selected(sliced.view, dim, *number, source);
    } else if (const auto* const slice = std::get_if<Slice>(&index.index())) {
      sliced.view = sliced.view.slice(dim++, slice->start, slice->end, slice->step, source);
    } else if (std::holds_alternative<EllipsisIndex>(index.index())) {
      dim += remaining;
    } else if (std::holds_alternative<NewAxisIndex>(index.index())) {
      sliced.view = sliced.view.unsqueeze(dim++, source);
    } else {
      const Tensor tensor(std::get<Value>(index.index()));
      if (tensor.dtype() == DType::kBool) CheckMask(tensor, sliced.view, dim, source);
      sliced.dims.push_back(dim);
      sliced.tensors.push_back(tensor);
      dim += DimensionsOf(index);
    }
  }
  return sliced;
}

// Each mask becomes the places where it is true: one tensor of indices for each of its dimensions.
void FindPlaces(Sliced& sliced, SourceLine source) {
  Dims dims;
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < sliced.tensors.size(); ++i) {
    const Tensor& tensor = sliced.tensors[i];
    if (tensor.dtype() != DType::kBool) {
      dims.push_back(sliced.dims[i]);
      tensors.push_back(tensor);
      continue;
    }
    const Tensor places = tensor.nonzero(source);
    for (int64_t d = 0; d < tensor.dim(); ++d) {
      dims.push_back(sliced.dims[i] + d);
      tensors.push_back(places.select(1, d, source));
    }
  }
  sliced.dims = std::move(dims);
  sliced.tensors = std::move(tensors);
}

// A number where one mask is true: nothing has to be waited for.
Tensor FillMasked(const Sliced& sliced, const Operand& value, SourceLine source) {
  Dims shape = sliced.tensors[0].shape();
  shape.resize(static_cast<size_t>(sliced.view.dim() - sliced.dims[0]), 1);
  return sliced.view.masked_fill_(sliced.tensors[0].view(shape, source), value, source);
}

}  // namespace

Index::Index(const Tensor& tensor, SourceLine source) : index_(tensor.value()), source_(source) {
  (void)tensor.remote(kWhat, source);
}

Tensor IndexTensor(const Tensor& input, Indices indices, SourceLine source) {
  static const Op& op = OpNamed("index");
  Sliced sliced = Slices(input, indices, source);
  if (sliced.tensors.empty()) return sliced.view;
  FindPlaces(sliced, source);
  return CallOne(op, sliced.Inputs({sliced.view.value()}), {sliced.dims}, source);
}

Tensor IndexPut(const Tensor& input, Indices indices, const Operand& values, bool accumulate,
                SourceLine source) {
  static const Op& op = OpNamed("index_put");
  Sliced sliced = Slices(input, indices, source);
  if (sliced.tensors.empty()) {
    if (accumulate) {
      sliced.view.add_(values, source);
    } else {
      sliced.view.copy_(values, source);
    }
    return input;
  }
  const bool is_mask = sliced.tensors.size() == 1 && sliced.tensors[0].dtype() == DType::kBool;
  if (is_mask && values.is_number() && !accumulate) {
    FillMasked(sliced, values, source);
    return input;
  }
  FindPlaces(sliced, source);
  CallInPlace(op, sliced.Inputs({sliced.view.value(), values.value()}), {sliced.dims, accumulate},
              source);
  return input;
}

Tensor one_hot(const Tensor& input, int64_t num_classes, SourceLine source) {
  static const Op& op = OpNamed("one_hot");
  if (num_classes == -1) {
    if (input.numel() == 0) {
      Throw(InvalidArgument("EMPTY_TENSOR",
                            "Can not infer total number of classes from empty tensor."),
            "one_hot", source);
    }
    num_classes = client::max(input, source).item<int64_t>(source) + 1;
  }
  return CallOne(op, {input.value()}, {num_classes}, source);
}

}  // namespace client
}  // namespace gradd
