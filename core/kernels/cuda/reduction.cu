#include <algorithm>
#include <cstdlib>

#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/fold_call.cuh"
#include "core/kernels/cuda/pack.cuh"
#include "core/kernels/cuda/reduction.h"
#include "core/kernels/cuda/strided_layouts.h"

namespace gradd::cuda {
namespace {

// Blocks that occupy any device of today. Fewer, and long outputs are taken in pieces.
constexpr int64_t kEnoughBlocks = 1024;
// Packs of a piece that a thread joins at least.
constexpr int64_t kShortestPiece = 8;
// Of an accumulator and its place.
constexpr int64_t kAccumulatorBytes = 16;

TensorSpec PickDims(const TensorSpec& input, const Dims& dims) {
  TensorSpec spec;
  for (const int64_t d : dims) {
    spec.shape.push_back(input.shape[d]);
    spec.strides.push_back(input.strides[d]);
  }
  return spec;
}

// All but the memory. `items`: of a pack.
absl::StatusOr<FoldCall> MakeFold(const TensorSpec& kept, const TensorSpec& reduced, int64_t items,
                                  bool may_split) {
  FoldCall call;
  call.outputs = kept.element_count();
  call.elements = call.piece_elements = reduced.element_count();
  if (call.outputs == 0) return call;
  const auto outer = MakeStridedLoop<1>(kept.shape, {&kept});
  const auto inner = MakeStridedLoop<1>(reduced.shape, {&reduced});
  GRADD_ASSIGN_OR_RETURN(call.kept, MakeLayout<1>(outer));
  GRADD_ASSIGN_OR_RETURN(call.reduced, MakeLayout<1>(inner));
  const int64_t stride = inner.strides[0].back(), apart = outer.strides[0].back();
  call.is_row = inner.rank() == 1 && stride == 1;
  const bool is_across =
      outer.shape.back() >= 8 && apart != 0 && std::abs(apart) < std::abs(stride);
  call.lanes = Lanes::For(call.outputs, call.elements, !is_across);
  call.blocks = call.lanes.BlocksFor(call.outputs);
  call.is_aligned = call.is_row;
  for (const int64_t s : outer.strides[0]) call.is_aligned = call.is_aligned && s % items == 0;
  if (!may_split) return call;
  const int64_t step = call.lanes.count * (call.is_row ? items : 1);
  const int64_t pieces =
      std::clamp<int64_t>(kEnoughBlocks / call.blocks, 1,
                          std::max<int64_t>(1, call.elements / (step * kShortestPiece)));
  if (pieces == 1) return call;
  call.piece_elements = ((call.elements - 1) / pieces / step + 1) * step;
  call.pieces = (call.elements - 1) / call.piece_elements + 1;
  return call;
}

FoldLauncher LauncherFor(FoldKind kind) {
  for (const auto find : {&SumLauncher, &ExtremumLauncher, &NormLauncher}) {
    if (const FoldLauncher launcher = find(kind)) return launcher;
  }
  return nullptr;
}

}  // namespace

Reduction::Reduction(Stream& stream, DType dtype) : stream_(stream), dtype_(dtype) {}
Reduction::Reduction(Reduction&&) = default;
Reduction::~Reduction() = default;

int64_t Reduction::elements() const { return elements_->elements; }

absl::StatusOr<Reduction> Reduction::Make(const KernelCall& call, const KernelArgument& input,
                                          DimsView dims, bool in_order,
                                          std::optional<DType> through) {
  TensorSpec spec = *input.spec;
  void* data = input.data;
  const bool converts = through.has_value() && *through != spec.dtype && spec.element_count() > 0;
  if (converts) {
    spec = TensorSpec::Contiguous(*through, spec.shape, spec.device);
    GRADD_ASSIGN_OR_RETURN(data, call.workspace.Allocate(spec.byte_count()));
  } else if (through.has_value()) {
    spec.dtype = *through;
  }
  Dims kept, reduced;
  for (int d = 0; d < spec.rank(); ++d) {
    (std::find(dims.begin(), dims.end(), d) != dims.end() ? reduced : kept).push_back(d);
  }
  if (!in_order) {  // that of memory is fastest; what repeats the same elements comes outermost
    std::stable_sort(reduced.begin(), reduced.end(), [&spec](int64_t a, int64_t b) {
      const int64_t x = std::abs(spec.strides[a]), y = std::abs(spec.strides[b]);
      return x != y && (x == 0 || (y != 0 && x > y));
    });
  }
  const int64_t items = 16 / static_cast<int64_t>(ItemSize(spec.dtype));
  GRADD_ASSIGN_OR_RETURN(FoldCall fold, MakeFold(PickDims(spec, kept), PickDims(spec, reduced),
                                                 items, /*may_split=*/true));
  fold.in = data;
  fold.is_aligned = fold.is_aligned && reinterpret_cast<uintptr_t>(data) % 16 == 0;
  Reduction reduction(call.stream, spec.dtype);
  FoldCall partials;
  if (fold.pieces > 1) {
    GRADD_ASSIGN_OR_RETURN(fold.partials,
                           call.workspace.Allocate(fold.pieces * fold.outputs * kAccumulatorBytes));
    TensorSpec row, column;
    row.shape = {fold.outputs};
    row.strides = {1};
    column.shape = {fold.pieces};
    column.strides = {fold.outputs};
    GRADD_ASSIGN_OR_RETURN(partials, MakeFold(row, column, 1, /*may_split=*/false));
    partials.is_aligned = false;
    partials.in = fold.partials;
  }
  reduction.elements_ = std::make_unique<FoldCall>(fold);
  reduction.partials_ = std::make_unique<FoldCall>(partials);
  if (converts) {
    GRADD_RETURN_IF_ERROR(Copy(call.stream, spec, data, *input.spec, input.data));
  }
  return reduction;
}

void Reduction::Run(FoldKind kind, const ReducedOutput& out, const Finish& finish, double parameter,
                    const double* centers) const {
  if (elements_->outputs == 0) return;
  for (FoldCall* const call : {elements_.get(), partials_.get()}) {
    call->parameter = parameter;
    call->centers = centers;
    call->finish = finish;
    call->out = out;
  }
  LauncherFor(kind)(stream_, dtype_, *elements_, *partials_);
}

absl::Status Reduce(const KernelCall& call, DimsView dims, FoldKind kind, const Finish& finish,
                    double parameter, std::optional<DType> through) {
  const KernelArgument& output = call.outputs[0];
  GRADD_ASSIGN_OR_RETURN(const Reduction reduction,
                         Reduction::Make(call, call.inputs[0], dims, /*in_order=*/false, through));
  reduction.Run(kind, {output.data, output.spec->dtype}, finish, parameter);
  return absl::OkStatus();
}

absl::Status ReduceToPlaces(const KernelCall& call, std::optional<int64_t> dim, FoldKind kind,
                            const KernelArgument& indices, const KernelArgument* values) {
  Dims dims;
  if (dim.has_value()) dims.push_back(*dim);
  GRADD_ASSIGN_OR_RETURN(dims, NormalizeReductionDims(dims, call.inputs[0].spec->rank()));
  GRADD_ASSIGN_OR_RETURN(const Reduction reduction,
                         Reduction::Make(call, call.inputs[0], dims, /*in_order=*/true));
  ReducedOutput out{nullptr, DType::kFloat64, indices.as<int64_t>()};
  if (values != nullptr) {
    out.data = values->data;
    out.dtype = values->spec->dtype;
  }
  reduction.Run(kind, out);
  return absl::OkStatus();
}

absl::Status ReduceToVariance(const KernelCall& call, Finish::Kind finish) {
  const double elements = ElementsOfEach(call);
  const double degrees = std::max(0.0, elements - call.attributes.Float(1));
  const int64_t outputs = call.outputs[0].spec->element_count();
  GRADD_ASSIGN_OR_RETURN(void* const memory, call.workspace.Allocate(outputs * sizeof(double)));
  double* const means = static_cast<double*>(memory);
  GRADD_ASSIGN_OR_RETURN(const Reduction reduction,
                         Reduction::Make(call, call.inputs[0], ReducedDims(call)));
  reduction.Run(FoldKind::kSum, {means, DType::kFloat64}, {Finish::kQuotient, elements});
  reduction.Run(FoldKind::kSquaresAround, {call.outputs[0].data, call.outputs[0].spec->dtype},
                {finish, degrees}, 0, means);
  return absl::OkStatus();
}

Dims ReducedDims(const KernelCall& call, size_t i) {
  return *NormalizeReductionDims(call.attributes.Dims(i), call.inputs[0].spec->rank());
}

std::optional<DType> ThroughFor(const KernelCall& call) {
  const DType in = call.inputs[0].spec->dtype, out = call.outputs[0].spec->dtype;
  const bool is_exact = IsFloating(in) == IsFloating(out) && in <= out &&
                        !(in == DType::kFloat16 && out == DType::kBFloat16);
  return is_exact ? std::nullopt : std::optional<DType>(out);
}

double ElementsOfEach(const KernelCall& call) {
  const int64_t outputs = std::max<int64_t>(1, call.outputs[0].spec->element_count());
  return static_cast<double>(call.inputs[0].spec->element_count() / outputs);
}

}  // namespace gradd::cuda
