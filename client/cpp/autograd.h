// Gradients as return values.
#pragma once

#include <optional>
#include <vector>

#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {

struct GradOptions {
  // Absent: as create_graph.
  std::optional<bool> retain_graph = std::nullopt;
  // Makes the gradients differentiable in turn.
  bool create_graph = false;
  // An input that the outputs do not depend on gets an undefined gradient instead of an error.
  // Absent: as materialize_grads.
  std::optional<bool> allow_unused = std::nullopt;
  // grad_outputs have one more dimension in front, and so have the results: that many
  // vector-Jacobian products at once.
  bool batched = false;
  // Unused inputs get zeros.
  bool materialize_grads = false;
};

// The sum of the gradients of `outputs` by each of `inputs`, weighted with `grad_outputs`, which
// may be empty or undefined for outputs of one element. Touches no .grad.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs = {},
                         const GradOptions& options = {}, SourceLine source = SourceLine::Here());

// As Tensor::backward, from several tensors at once.
void backward(const std::vector<Tensor>& tensors, const std::vector<Tensor>& gradients = {},
              std::optional<bool> retain_graph = std::nullopt, bool create_graph = false,
              const std::vector<Tensor>& inputs = {}, SourceLine source = SourceLine::Here());

}  // namespace client
}  // namespace gradd
