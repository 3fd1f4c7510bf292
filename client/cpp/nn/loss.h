// How far outputs are from targets, as torch.nn's loss modules.
#pragma once

#include "client/cpp/nn/module.h"

namespace gradd {
inline namespace client {
namespace nn {

// What becomes of the losses of the elements: all are kept, or their mean, or their sum.
enum class Reduction { kNone = 0, kMean = 1, kSum = 2 };

class Loss : public Module {
 public:
  virtual Tensor forward(const Tensor& input, const Tensor& target,
                         SourceLine source = SourceLine::Here()) = 0;
  Tensor operator()(const Tensor& input, const Tensor& target,
                    SourceLine source = SourceLine::Here()) {
    return forward(input, target, source);
  }

 protected:
  explicit Loss(Reduction reduction) : reduction_(static_cast<int64_t>(reduction)) {}

  const int64_t reduction_;  // as the ops have it
};

// (input - target)^2
class MSELoss final : public Loss {
 public:
  explicit MSELoss(Reduction reduction = Reduction::kMean) : Loss(reduction) {}
  Tensor forward(const Tensor& input, const Tensor& target,
                 SourceLine source = SourceLine::Here()) override;
};

// |input - target|
class L1Loss final : public Loss {
 public:
  explicit L1Loss(Reduction reduction = Reduction::kMean) : Loss(reduction) {}
  Tensor forward(const Tensor& input, const Tensor& target,
                 SourceLine source = SourceLine::Here()) override;
};

// A square for differences under beta, the absolute difference beyond.
class SmoothL1Loss final : public Loss {
 public:
  explicit SmoothL1Loss(Reduction reduction = Reduction::kMean, double beta = 1)
      : Loss(reduction), beta_(beta) {}
  Tensor forward(const Tensor& input, const Tensor& target,
                 SourceLine source = SourceLine::Here()) override;

 private:
  const double beta_;
};

// The cross entropy of target and sigmoid(input), of each element.
class BCEWithLogitsLoss final : public Loss {
 public:
  explicit BCEWithLogitsLoss(Reduction reduction = Reduction::kMean) : Loss(reduction) {}
  Tensor forward(const Tensor& input, const Tensor& target,
                 SourceLine source = SourceLine::Here()) override;
};

// Of log-probabilities [N, C], the negative ones of the classes [N]; targets equal to ignore_index
// count for nothing.
class NLLLoss final : public Loss {
 public:
  explicit NLLLoss(Reduction reduction = Reduction::kMean, int64_t ignore_index = -100)
      : Loss(reduction), ignore_index_(ignore_index) {}
  Tensor forward(const Tensor& input, const Tensor& target,
                 SourceLine source = SourceLine::Here()) override;

 private:
  const int64_t ignore_index_;
};

// NLLLoss of log_softmax(input); with label_smoothing so much of each target is spread over all
// classes.
class CrossEntropyLoss final : public Loss {
 public:
  explicit CrossEntropyLoss(Reduction reduction = Reduction::kMean, int64_t ignore_index = -100,
                            double label_smoothing = 0)
      : Loss(reduction), ignore_index_(ignore_index), label_smoothing_(label_smoothing) {}
  Tensor forward(const Tensor& input, const Tensor& target,
                 SourceLine source = SourceLine::Here()) override;

 private:
  const int64_t ignore_index_;
  const double label_smoothing_;
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
