// What is known of integers without looking at them.
#pragma once

#include <algorithm>
#include <cstdint>

namespace gradd {

// All are in [least, most]; perhaps none is at either end.
struct IntegerRange {
  int64_t least = 0;
  int64_t most = 0;

  bool IsWithin(const IntegerRange& other) const {
    return least >= other.least && most <= other.most;
  }
  IntegerRange Joined(const IntegerRange& other) const {
    return {std::min(least, other.least), std::max(most, other.most)};
  }
};

}  // namespace gradd
