// How sizes and dimension numbers are given to functions.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/spec/shape.h"

namespace gradd {
inline namespace client {

// One number, or a list in braces or any container of numbers: sum(x, 0), x.view({2, -1}).
class DimsArg {
 public:
  DimsArg() = default;
  template <class T>
  requires std::is_integral_v<T> DimsArg(T dim)  // NOLINT(google-explicit-constructor)
      : dims_({static_cast<int64_t>(dim)}) {}
  DimsArg(std::initializer_list<int64_t> dims) : dims_(dims) {}  // NOLINT
  DimsArg(Dims dims) : dims_(std::move(dims)) {}                 // NOLINT
  DimsArg(DimsView dims) : dims_(dims.begin(), dims.end()) {}    // NOLINT
  DimsArg(const std::vector<int64_t>& dims)                      // NOLINT
      : dims_(dims.begin(), dims.end()) {}

  const Dims& dims() const { return dims_; }

 private:
  Dims dims_;
};

// The same where leaving it out means something of its own.
class OptionalDimsArg {
 public:
  OptionalDimsArg() = default;
  OptionalDimsArg(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  OptionalDimsArg(std::optional<Dims> dims) : dims_(std::move(dims)) {}        // NOLINT
  OptionalDimsArg(std::initializer_list<int64_t> dims) : dims_(Dims(dims)) {}  // NOLINT
  template <class T>
  requires std::is_constructible_v<DimsArg, const T&> OptionalDimsArg(const T& dims)  // NOLINT
      : dims_(DimsArg(dims).dims()) {}

  const std::optional<Dims>& dims() const { return dims_; }

 private:
  std::optional<Dims> dims_;
};

}  // namespace client
}  // namespace gradd
