// Functions of each element, and those that norm along a dimension, as layers.
#pragma once

#include <string>

#include "client/cpp/nn/module.h"

namespace gradd {
inline namespace client {
namespace nn {

class ReLU final : public Layer {
 public:
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;
};

class Tanh final : public Layer {
 public:
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;
};

class Sigmoid final : public Layer {
 public:
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;
};

class SiLU final : public Layer {
 public:
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;
};

class GELU final : public Layer {
 public:
  // "none": by the error function; "tanh": by PyTorch's formula of tanh. Throws for other words.
  explicit GELU(const std::string& approximate = "none", SourceLine source = SourceLine::Here());
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const bool by_tanh_;
};

class LeakyReLU final : public Layer {
 public:
  explicit LeakyReLU(double negative_slope = 0.01) : negative_slope_(negative_slope) {}
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const double negative_slope_;
};

class Softplus final : public Layer {
 public:
  explicit Softplus(double beta = 1, double threshold = 20) : beta_(beta), threshold_(threshold) {}
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const double beta_;
  const double threshold_;
};

class Softmax final : public Layer {
 public:
  explicit Softmax(int64_t dim) : dim_(dim) {}
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const int64_t dim_;
};

class LogSoftmax final : public Layer {
 public:
  explicit LogSoftmax(int64_t dim) : dim_(dim) {}
  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::string description() const override;
  const int64_t dim_;
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
