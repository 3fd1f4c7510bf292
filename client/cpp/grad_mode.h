// Whether ops are recorded for differentiation. A mode belongs to its thread and travels in each op
// call, so changing it costs nothing.
#pragma once

#include <cstdint>

namespace gradd {
inline namespace client {

enum class GradMode : uint8_t { kEnabled, kDisabled, kInference };

GradMode CurrentGradMode();

// Sets the mode of this thread until the end of the scope. Guards nest.
class GradModeGuard {
 public:
  explicit GradModeGuard(GradMode mode);
  ~GradModeGuard();
  GradModeGuard(const GradModeGuard&) = delete;
  GradModeGuard& operator=(const GradModeGuard&) = delete;

 private:
  const GradMode previous_;
};

// Results do not require grad, as in torch.no_grad().
class NoGradGuard : public GradModeGuard {
 public:
  NoGradGuard() : GradModeGuard(GradMode::kDisabled) {}
};

// Records again inside a NoGradGuard.
class EnableGradGuard : public GradModeGuard {
 public:
  EnableGradGuard() : GradModeGuard(GradMode::kEnabled) {}
};

// As NoGradGuard, and the results can never take part in a graph, as in torch.inference_mode().
class InferenceModeGuard : public GradModeGuard {
 public:
  InferenceModeGuard() : GradModeGuard(GradMode::kInference) {}
};

}  // namespace client
}  // namespace gradd
