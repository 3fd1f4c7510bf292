// A small set of argument positions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace gradd {

// Positions from 63 on stand or fall together, which is enough for ops with many like inputs.
class IndexSet {
 public:
  constexpr IndexSet() = default;
  constexpr explicit IndexSet(uint64_t bits) : bits_(bits) {}
  static constexpr IndexSet All() { return IndexSet(~uint64_t{0}); }

  constexpr bool Contains(size_t i) const { return (bits_ >> Clamp(i) & 1) != 0; }
  constexpr void Add(size_t i) { bits_ |= uint64_t{1} << Clamp(i); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr uint64_t bits() const { return bits_; }
  constexpr IndexSet operator|(IndexSet other) const { return IndexSet(bits_ | other.bits_); }

 private:
  static constexpr size_t Clamp(size_t i) { return std::min<size_t>(i, 63); }
  uint64_t bits_ = 0;
};

}  // namespace gradd
