// What a Tensor knows and changes of its place in autograd.
#include <utility>

#include "absl/strings/str_cat.h"

#include "client/cpp/call.h"
#include "client/cpp/described.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "client/cpp/tensor.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

// "2, 3" between brackets is what PyTorch prints here.
std::string Sizes(const Tensor& tensor) { return gradd::ToString(DimsView(tensor.shape())); }

}  // namespace

bool Tensor::requires_grad(SourceLine source) const {
  return RequiresGrad(remote("requires_grad", source), source);
}

const Tensor& Tensor::requires_grad_(bool requires_grad, SourceLine source) const {
  constexpr char kWhat[] = "requires_grad_";
  RemoteValue& value = remote(kWhat, source);
  const bool now = RequiresGrad(value, source);
  if (now == requires_grad) return *this;
  if (!value.is_leaf()) {
    Throw(FailedPrecondition("NOT_A_LEAF",
                             "you can only change requires_grad flags of leaf variables. If you "
                             "want to use a computed variable in a subgraph that doesn't require "
                             "differentiation use var_no_grad = var.detach()."),
          kWhat, source);
  }
  if (requires_grad && !IsFloating(dtype())) {
    Throw(InvalidArgument("DTYPE_NOT_DIFFERENTIABLE",
                          "only Tensors of floating point and complex dtype can require gradients"),
          kWhat, source);
  }
  RemoteSession& session = value.session();
  v1::Command command;
  v1::SetRequiresGradRequest& request = *command.mutable_set_requires_grad();
  request.set_handle(value.handle());
  request.set_requires_grad(requires_grad);
  request.set_source_id(session.IdOf(session.lane(), source));
  value.SetTracking(requires_grad ? Tracking::kYes : Tracking::kNo, true);
  session.GraphChanged();
  Send(session, command, kWhat, source);
  return *this;
}

void Tensor::retain_grad(SourceLine source) const {
  constexpr char kWhat[] = "retain_grad";
  RemoteValue& value = remote(kWhat, source);
  if (!RequiresGrad(value, source)) {
    Throw(
        FailedPrecondition("NO_GRAPH", "can't retain_grad on Tensor that has requires_grad=False"),
        kWhat, source);
  }
  if (value.is_leaf()) return;
  RemoteSession& session = value.session();
  v1::Command command;
  command.mutable_retain_grad()->set_handle(value.handle());
  command.mutable_retain_grad()->set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, kWhat, source);
}

Tensor Tensor::grad(SourceLine source) const {
  return Tensor(DescribeGrad(remote("grad", source), source));
}

void Tensor::set_grad(const Tensor& grad, SourceLine source) const {
  constexpr char kWhat[] = "set_grad";
  RemoteValue& value = remote(kWhat, source);
  if (grad.defined() && grad.shape() != shape()) {
    Throw(InvalidArgument("GRADIENT_SHAPE", "attempting to assign a gradient of size '",
                          Sizes(grad), "' to a tensor of size '", Sizes(*this),
                          "'. Please ensure that the gradient and the tensor are the same size"),
          kWhat, source);
  }
  RemoteSession& session = value.session();
  v1::Command command;
  v1::SetGradRequest& request = *command.mutable_set_grad();
  request.set_tensor(value.handle());
  if (grad.defined()) request.set_grad(grad.remote(kWhat, source).handle());
  request.set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, kWhat, source);
}

void Tensor::zero_grad(bool set_to_none, SourceLine source) const {
  if (set_to_none) return set_grad(Tensor(), source);
  constexpr char kWhat[] = "zero_grad";
  RemoteValue& value = remote(kWhat, source);
  RemoteSession& session = value.session();
  v1::Command command;
  v1::SetGradRequest& request = *command.mutable_set_grad();
  request.set_tensor(value.handle());
  request.set_zero(true);
  request.set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, kWhat, source);
}

Node Tensor::grad_fn(SourceLine source) const {
  RemoteValue& value = remote("grad_fn", source);
  if (!RequiresGrad(value, source) || value.is_leaf()) return Node();
  std::shared_ptr<const DescribedGraph> graph = DescribeGraph(value, source);
  const uint64_t root = graph->nodes->root();
  return Node(std::move(graph), root);
}

uint64_t Tensor::version(SourceLine source) const {
  return DescribeTensor(remote("version", source), source).version();
}

}  // namespace client
}  // namespace gradd
