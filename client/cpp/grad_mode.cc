#include "client/cpp/grad_mode.h"

#include <utility>

namespace gradd {
inline namespace client {
namespace {
thread_local GradMode current = GradMode::kEnabled;
}

GradMode CurrentGradMode() { return current; }

GradModeGuard::GradModeGuard(GradMode mode) : previous_(std::exchange(current, mode)) {}
GradModeGuard::~GradModeGuard() { current = previous_; }

}  // namespace client
}  // namespace gradd
