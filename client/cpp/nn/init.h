// First values of parameters, as torch.nn.init.
#pragma once

#include "client/cpp/source_line.h"
#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {
namespace nn {
namespace init {

// Each writes into `tensor` without recording it, and returns it. Throw for a tensor that is no
// floating-point one.
Tensor uniform_(const Tensor& tensor, double low = 0, double high = 1,
                SourceLine source = SourceLine::Here());
Tensor normal_(const Tensor& tensor, double mean = 0, double std = 1,
               SourceLine source = SourceLine::Here());
Tensor constant_(const Tensor& tensor, double value, SourceLine source = SourceLine::Here());
Tensor zeros_(const Tensor& tensor, SourceLine source = SourceLine::Here());
Tensor ones_(const Tensor& tensor, SourceLine source = SourceLine::Here());

// Of a weight [out, in, …]: in and out times the sizes behind them. Throws for fewer dimensions
// than two.
struct Fans {
  double in;
  double out;
};
Fans FansOf(const Tensor& weight, SourceLine source = SourceLine::Here());

// U(-b, b) with b = gain * sqrt(6 / (in + out)) (Glorot and Bengio, 2010), and N(0, std) with
// std = gain * sqrt(2 / (in + out)).
Tensor xavier_uniform_(const Tensor& tensor, double gain = 1,
                       SourceLine source = SourceLine::Here());
Tensor xavier_normal_(const Tensor& tensor, double gain = 1,
                      SourceLine source = SourceLine::Here());
// For a leaky ReLU of slope `a` behind it: U(-b, b) with b = sqrt(6 / ((1 + a^2) in)), and N(0,
// std) with std = sqrt(2 / ((1 + a^2) in)) (He et al., 2015).
Tensor kaiming_uniform_(const Tensor& tensor, double a = 0, SourceLine source = SourceLine::Here());
Tensor kaiming_normal_(const Tensor& tensor, double a = 0, SourceLine source = SourceLine::Here());

}  // namespace init
}  // namespace nn
}  // namespace client
}  // namespace gradd
