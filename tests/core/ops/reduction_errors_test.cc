// What reductions, scans and losses refuse, in PyTorch's words.

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/core/ops/specs.h"

namespace gradd {
namespace {

struct Refused {
  const char* op;
  std::vector<TensorSpec> inputs;
  Attributes attributes;
  const char* reason;
  const char* text;
};

TensorSpec Of(DType dtype, Dims shape) {
  return TensorSpec::Contiguous(dtype, std::move(shape), {});
}
TensorSpec Int(Dims shape) { return Of(DType::kInt64, std::move(shape)); }
TensorSpec Bool(Dims shape) { return Of(DType::kBool, std::move(shape)); }

constexpr std::monostate kNone;
constexpr int64_t k0 = 0, k1 = 1, k2 = 2, kIgnored = -100;
const double kInfinity = std::numeric_limits<double>::infinity();

const std::vector<Refused>& Rows() {
  static const auto* const kRows = new std::vector<Refused>{
      {"mean",
       {Int({2})},
       {Dims{}, false, kNone},
       "DTYPE_UNSUPPORTED",
       "mean(): could not infer output dtype. Input dtype must be either a floating point or "
       "complex dtype. Got: Long"},
      {"mean",
       {F32({2})},
       {Dims{}, false, DType::kInt64},
       "DTYPE_UNSUPPORTED",
       "mean(): could not infer output dtype. Optional dtype must be either a floating point or "
       "complex dtype. Got: Long"},
      {"amax",
       {F32({2})},
       {Dims{0, 0}, false},
       "DUPLICATE_DIMENSION",
       "dim 0 appears multiple times in the list of dims"},
      {"amax",
       {F32({0, 3})},
       {Dims{}, false},
       "EMPTY_REDUCTION",
       "amax(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
       "reduction dim with the 'dim' argument."},
      {"amin",
       {F32({2, 0})},
       {Dims{-1}, false},
       "EMPTY_REDUCTION",
       "amin(): Expected reduction dim -1 to have non-zero size."},
      {"max",
       {F32({0})},
       {},
       "EMPTY_REDUCTION",
       "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
       "reduction dim with the 'dim' argument."},
      {"max_dim",
       {F32({2, 0})},
       {k1, false},
       "EMPTY_REDUCTION",
       "max(): Expected reduction dim 1 to have non-zero size."},
      {"argmax",
       {F32({0})},
       {kNone, false},
       "EMPTY_REDUCTION",
       "argmax(): Expected reduction dim to be specified for input.numel() == 0."},
      {"argmin",
       {Bool({2})},
       {kNone, false},
       "DTYPE_UNSUPPORTED",
       "argmin(): does not support bool input"},
      {"var",
       {Int({2})},
       {Dims{}, 1.0, false},
       "DTYPE_UNSUPPORTED",
       "std and var only support floating point and complex dtypes"},
      {"norm",
       {Int({2})},
       {2.0, Dims{}, false},
       "DTYPE_UNSUPPORTED",
       "linalg.vector_norm: Expected a floating point or complex tensor as input. Got Long"},
      {"norm",
       {F32({0})},
       {kInfinity, Dims{}, false},
       "EMPTY_REDUCTION",
       "linalg.vector_norm cannot compute the inf norm on an empty tensor because the operation "
       "does not have an identity"},
      {"cumsum",
       {F32({2, 3})},
       {k2, kNone},
       "DIMENSION_OUT_OF_RANGE",
       "Dimension out of range (expected to be in range of [-2, 1], but got 2)"},
      {"softmax",
       {Int({2, 3})},
       {k0, kNone},
       "DTYPE_UNSUPPORTED",
       "\"softmax_kernel_impl\" not implemented for 'Long'"},
      {"log_softmax",
       {Bool({2, 3})},
       {k1, kNone},
       "DTYPE_UNSUPPORTED",
       "\"log_softmax_lastdim_kernel_impl\" not implemented for 'Bool'"},
      {"mse_loss",
       {F32({2, 3}), F32({4})},
       {k1},
       "SHAPE_MISMATCH",
       "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1"},
      {"mse_loss",
       {Int({2}), Int({2})},
       {k1},
       "DTYPE_UNSUPPORTED",
       "\"mse_cpu\" not implemented for 'Long'"},
      {"mse_loss",
       {F32({2}), F32({2})},
       {int64_t{3}},
       "REDUCTION_UNKNOWN",
       "3 is not a valid value for reduction: 0 is none, 1 mean, 2 sum"},
      {"l1_loss", {F32({2}), F32({2})}, {int64_t{-1}}, "REDUCTION_UNKNOWN", nullptr},
      {"smooth_l1_loss",
       {F32({2}), F32({2})},
       {k1, -1.0},
       "BETA_NEGATIVE",
       "smooth_l1_loss does not support negative values for beta."},
      {"binary_cross_entropy_with_logits",
       {F32({2, 3}), F32({3})},
       {k1},
       "SHAPE_MISMATCH",
       "Target size (torch.Size([3])) must be the same as input size (torch.Size([2, 3]))"},
      {"binary_cross_entropy_with_logits",
       {F32({3}), Int({3})},
       {k1},
       "DTYPE_MISMATCH",
       "result type Float can't be cast to the desired output type Long"},
      {"nll_loss",
       {F32({}), Int({})},
       {kIgnored, k1},
       "RANK_TOO_SMALL",
       "Expected 1 or more dimensions (got 0)"},
      {"nll_loss",
       {F32({2, 3}), Int({3})},
       {kIgnored, k1},
       "SHAPE_MISMATCH",
       "Expected input batch_size (2) to match target batch_size (3)."},
      {"nll_loss",
       {F32({3}), Int({2})},
       {kIgnored, k1},
       "SHAPE_MISMATCH",
       "For 1D input, 1D target must have size 1, but got target size: 2"},
      {"nll_loss",
       {F32({2, 3}), Int({2, 1})},
       {kIgnored, k1},
       "SHAPE_MISMATCH",
       "0D or 1D target tensor expected, multi-target not supported"},
      {"nll_loss",
       {F32({2, 3, 4}), Int({2, 5})},
       {kIgnored, k1},
       "SHAPE_MISMATCH",
       "Expected target size [2, 4], got [2, 5]"},
      {"nll_loss",
       {F32({2, 3, 4, 5}), Int({2, 4})},
       {kIgnored, k1},
       "SHAPE_MISMATCH",
       "only batches of spatial targets supported (3D tensors) but got targets of dimension: 2"},
      {"nll_loss",
       {F32({2, 3}), F32({2})},
       {kIgnored, k1},
       "DTYPE_MISMATCH",
       "expected target dtype to be Long or Byte, but got Float"},
      {"nll_loss",
       {Int({2, 3}), Int({2})},
       {kIgnored, k1},
       "DTYPE_UNSUPPORTED",
       "\"nll_loss_out_frame\" not implemented for 'Long'"},
      {"cross_entropy",
       {F32({2, 3}), Int({2, 3})},
       {kIgnored, k1, 0.0},
       "DTYPE_MISMATCH",
       "Expected floating point type for target with class probabilities, got Long"},
      {"cross_entropy",
       {F32({2, 3}), F32({2, 3})},
       {k1, k1, 0.0},
       "IGNORE_INDEX",
       "ignore_index is not supported for floating point target"},
      {"cross_entropy",
       {F32({2, 3}), Int({2})},
       {kIgnored, k1, 1.5},
       "LABEL_SMOOTHING",
       "label_smoothing must be between 0.0 and 1.0. Got: 1.5"},
  };
  return *kRows;
}

TEST(ReductionErrorsTest, RulesRefuseInPyTorchsWords) {
  for (const Refused& row : Rows()) {
    std::vector<const TensorSpec*> inputs;
    for (const TensorSpec& input : row.inputs) inputs.push_back(&input);
    Specs outputs;
    const absl::Status status = InferSpecs(*FindOp(row.op), inputs, row.attributes, outputs);
    SCOPED_TRACE(absl::StrCat(row.op, " ", row.reason));
    EXPECT_EQ(ErrorReason(status), row.reason) << status;
    if (row.text != nullptr) {
      EXPECT_EQ(std::string(status.message()), row.text);
    }
  }
}

}  // namespace
}  // namespace gradd
