// How tensors are printed.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "client/cpp/source_line.h"

namespace gradd {
inline namespace client {

// The fields and defaults of torch.set_printoptions.
struct PrintOptions {
  // Digits behind the point of floating-point numbers.
  int precision = 4;
  // Of a tensor with more elements, only the ends of each dimension are shown.
  int64_t threshold = 1000;
  // Elements at each end of a dimension that is cut.
  int64_t edgeitems = 3;
  // Characters a line; elements that do not fit go to the next.
  int64_t linewidth = 80;
  // Absent: where the magnitudes of the shown elements ask for it.
  std::optional<bool> sci_mode = std::nullopt;

  // Fewer digits and ends, as profile="short" in PyTorch.
  static PrintOptions Short() { return {.precision = 2, .edgeitems = 2}; }
  // Every element, as profile="full".
  static PrintOptions Full() { return {.threshold = std::numeric_limits<int64_t>::max()}; }
};

// What printing without options of its own uses, in every thread. Setting throws when a number is
// negative. Thread-safe.
PrintOptions get_printoptions();
void set_printoptions(const PrintOptions& options, SourceLine source = SourceLine::Here());

// Sets the options until the end of the scope.
class PrintOptionsGuard {
 public:
  explicit PrintOptionsGuard(const PrintOptions& options, SourceLine source = SourceLine::Here())
      : previous_(get_printoptions()) {
    set_printoptions(options, source);
  }
  ~PrintOptionsGuard() { set_printoptions(previous_); }
  PrintOptionsGuard(const PrintOptionsGuard&) = delete;
  PrintOptionsGuard& operator=(const PrintOptionsGuard&) = delete;

 private:
  const PrintOptions previous_;
};

}  // namespace client
}  // namespace gradd
