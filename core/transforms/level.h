// What the transforms have in common: an interpreter on top of another, and its own kind of value.
#pragma once

#include <cstdint>
#include <utility>

#include "core/ops/interpreter.h"
#include "core/ops/value.h"

namespace gradd {

// One level of a stack of interpreters. Not thread-safe, as the interpreters below are not.
class Level : public Interpreter {
 public:
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

  // Tells this level from every other one of the process, also from a later one at its address.
  uint64_t serial() const { return serial_; }
  Interpreter& below() const { return below_; }

  // True when this very level made `value`.
  bool Made(const Value& value) const;

 protected:
  // `below` has to outlive the level.
  explicit Level(Interpreter& below);

 private:
  Interpreter& below_;
  const uint64_t serial_;
};

// A value that a level made. It may outlive the level; it then belongs to no interpreter.
class WrappedValue : public ValueBase {
 public:
  uint64_t serial() const { return serial_; }

 protected:
  WrappedValue(const Level& level, TensorSpec spec)
      : ValueBase(Kind::kWrapped, std::move(spec), &level), serial_(level.serial()) {}

 private:
  const uint64_t serial_;
};

}  // namespace gradd
