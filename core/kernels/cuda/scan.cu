#include "core/kernels/cuda/scan.cuh"

namespace gradd::cuda {
namespace {

// Blocks that occupy any device of today.
constexpr int64_t kEnoughBlocks = 1024;

// The tensor's other dimensions; `start` and `stride` of a line along `dim`.
TensorSpec Across(const TensorSpec& spec, int dim, bool from_back, int64_t& start,
                  int64_t& stride) {
  TensorSpec others = spec;
  stride = 1;
  if (spec.rank() == 0) return others;
  stride = spec.strides[dim];
  if (from_back) {
    start = (spec.shape[dim] - 1) * stride;
    stride = -stride;
  }
  others.shape.erase(others.shape.begin() + dim);
  others.strides.erase(others.strides.begin() + dim);
  return others;
}

}  // namespace

absl::StatusOr<ScanCall> MakeScan(const KernelCall& call, const KernelArgument& in,
                                  const KernelArgument& out, int dim, bool from_back) {
  ScanCall scan;
  const TensorSpec from = Across(*in.spec, dim, from_back, scan.start[0], scan.stride[0]);
  const TensorSpec to = Across(*out.spec, dim, from_back, scan.start[1], scan.stride[1]);
  const auto loop = MakeStridedLoop<2>(to.shape, {&from, &to});
  GRADD_ASSIGN_OR_RETURN(scan.lines, MakeLayout<2>(loop));
  scan.in = in.data;
  scan.out = out.data;
  scan.line_count = loop.count;
  scan.length = out.spec->element_count() / loop.count;
  // A piece has two tiles at least.
  const int64_t pieces = std::clamp<int64_t>(kEnoughBlocks / scan.line_count, 1,
                                             std::max<int64_t>(1, scan.length / (2 * kScanTile)));
  scan.piece_elements = ((scan.length - 1) / pieces / kScanTile + 1) * kScanTile;
  scan.pieces = (scan.length - 1) / scan.piece_elements + 1;
  if (scan.pieces > 1) {
    GRADD_ASSIGN_OR_RETURN(scan.starts,
                           call.workspace.Allocate(scan.line_count * scan.pieces * sizeof(double)));
  }
  return scan;
}

}  // namespace gradd::cuda
