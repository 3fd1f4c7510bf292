#include "core/autograd/errors.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "core/base/status.h"

namespace gradd::autograd_errors {
namespace {

std::string RecordedAt(const Node& node) {
  if (!node.source) return "";
  return absl::StrCat(" [", node.name(), " was recorded at ", node.source->text, "]");
}

}  // namespace

absl::Status LeafInPlace() {
  return FailedPrecondition("LEAF_IN_PLACE",
                            "a leaf Variable that requires grad is being used in an in-place "
                            "operation.");
}

absl::Status ViewOfLeafInPlace() {
  return FailedPrecondition("VIEW_OF_LEAF_IN_PLACE",
                            "a view of a leaf Variable that requires grad is being used in an "
                            "in-place operation.");
}

absl::Status NoGradViewInPlace() {
  return FailedPrecondition(
      "NO_GRAD_VIEW_IN_PLACE",
      "A view was created in no_grad mode and is being modified inplace with grad mode enabled. "
      "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify "
      "your code by moving both the view and the inplace either both inside the no_grad block (if "
      "you don't want the inplace to be tracked) or both outside (if you want the inplace to be "
      "tracked).");
}

absl::Status InferenceViewInPlace() {
  return FailedPrecondition(
      "INFERENCE_VIEW_IN_PLACE",
      "A view was created in inference mode and is being modified inplace in normal mode. Given "
      "that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code "
      "by moving both the view and the inplace either both inside the inference_mode block (if you "
      "don't want the inplace to be tracked) or both outside (if you want the inplace to be "
      "tracked).");
}

absl::Status InferenceTensorSaved() {
  return FailedPrecondition(
      "INFERENCE_TENSOR_SAVED",
      "Inference tensors cannot be saved for backward. Please do not use Tensors created in "
      "inference mode in computation tracked by autograd. To work around this, you can make a "
      "clone "
      "to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of "
      "`torch.inference_mode()`.");
}

absl::Status InferenceTensorInPlace() {
  return FailedPrecondition("INFERENCE_TENSOR_IN_PLACE",
                            "Inplace update to inference tensor outside InferenceMode is not "
                            "allowed.You can make a clone to get a normal tensor before doing "
                            "inplace update.");
}

absl::Status OnlyLeavesChangeRequiresGrad(bool requires_grad) {
  return FailedPrecondition(
      "NOT_A_LEAF", "you can only change requires_grad flags of leaf variables.",
      requires_grad ? ""
                    : " If you want to use a computed variable in a subgraph that doesn't require "
                      "differentiation use var_no_grad = var.detach().");
}

absl::Status OnlyFloatingRequiresGrad() {
  return InvalidArgument("NOT_FLOATING",
                         "only Tensors of floating point and complex dtype can require gradients");
}

absl::Status CannotRetainGrad() {
  return FailedPrecondition("NO_GRADIENT",
                            "can't retain_grad on Tensor that has requires_grad=False");
}

absl::Status GradShapeMismatch(const TensorSpec& grad, const TensorSpec& tensor) {
  return InvalidArgument("SHAPE_MISMATCH", "attempting to assign a gradient of size '",
                         ToString(grad.shape), "' to a tensor of size '", ToString(tensor.shape),
                         "'. Please ensure that the gradient and the tensor are the same size");
}

absl::Status NoGradient(size_t root) {
  return FailedPrecondition("NO_GRADIENT", "element ", root,
                            " of tensors does not require grad and does not have a grad_fn");
}

absl::Status NotScalar() {
  return InvalidArgument("NOT_SCALAR", "grad can be implicitly created only for scalar outputs");
}

absl::Status CotangentCount(size_t tensors, size_t cotangents) {
  return InvalidArgument("GRADIENT_COUNT", "got ", tensors, " tensors and ", cotangents,
                         " gradients");
}

absl::Status CotangentShape(size_t i, const TensorSpec& cotangent, const TensorSpec& root) {
  return InvalidArgument("SHAPE_MISMATCH", "Mismatch in shape: grad_output[", i,
                         "] has a shape of ", SizeString(cotangent.shape), " and output[", i,
                         "] has a shape of ", SizeString(root.shape), ".");
}

absl::Status CotangentDevice(size_t i, const TensorSpec& cotangent, const TensorSpec& root) {
  return InvalidArgument("DEVICE_MISMATCH", "grad_output[", i, "] is on ",
                         ToString(cotangent.device), " and output[", i, "] is on ",
                         ToString(root.device));
}

absl::Status BatchedCotangentMissing(size_t i) {
  return InvalidArgument("COTANGENT_MISSING", "grad_output[", i,
                         "] is missing: a batched pass needs all of them");
}

absl::Status BatchSizes() {
  return InvalidArgument("SHAPE_MISMATCH", "grad_outputs have different batch sizes");
}

absl::Status InputDoesNotRequireGrad() {
  return FailedPrecondition("NO_GRADIENT",
                            "One of the differentiated Tensors does not require grad");
}

absl::Status InputUnused() {
  return FailedPrecondition("INPUT_UNUSED",
                            "One of the differentiated Tensors appears to not have been used in "
                            "the graph. Set allow_unused=True if this is the desired behavior.");
}

absl::Status NodeFreed(const Node& node) {
  return FailedPrecondition(
      "GRAPH_FREED",
      "Trying to backward through the graph a second time (or directly access saved tensors after "
      "they have already been freed). Saved intermediate values of the graph are freed when you "
      "call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward "
      "through the graph a second time or if you need to access saved tensors after calling "
      "backward.",
      RecordedAt(node));
}

absl::Status NodeLimit(int64_t limit) {
  return ResourceExhausted("QUOTA_NODES", "the session's graphs have ", limit,
                           " nodes, which is as many as it may have");
}

absl::Status Cancelled() {
  return MakeError(absl::StatusCode::kCancelled, "CANCELLED", "the command was cancelled");
}

absl::Status ModifiedInPlace(const Node& node, const SavedValue& saved) {
  const TensorSpec& spec = node.spec_at(saved.position);
  std::string producer;
  const bool is_output = saved.position >= node.inputs.size();
  if (is_output) {
    producer = absl::StrCat(", which is output ", saved.position - node.inputs.size(), " of ",
                            node.name(), ",");
  } else if (const Edge& edge = node.edges[saved.position]; edge && !edge.node->is_leaf()) {
    producer = absl::StrCat(", which is output ", edge.output, " of ", edge.node->name(), ",");
  }
  return FailedPrecondition(
      "MODIFIED_IN_PLACE",
      "one of the variables needed for gradient computation has been modified by an inplace "
      "operation: [",
      TensorTypeName(spec.dtype), " ", ToString(spec.shape), "]", producer, " is at version ",
      saved.cell->version, "; expected version ", saved.version,
      " instead. Hint: enable anomaly detection to find the operation that failed to compute its "
      "gradient, with torch.autograd.set_detect_anomaly(True).",
      RecordedAt(node));
}

}  // namespace gradd::autograd_errors
