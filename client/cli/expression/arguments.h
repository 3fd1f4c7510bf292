// The arguments of a call, and which parameter each is for.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"

#include "client/cli/expression/object.h"

namespace gradd::cli {

struct Argument {
  std::string keyword;  // empty: by position
  Object value;
  size_t offset;
};

// A call with its arguments evaluated; of a method, the object comes first.
struct Invocation {
  std::string function;
  size_t offset;
  std::vector<Argument> arguments;
};

struct Parameter {
  std::string name;
  bool needed = true;
  // Takes the numbers that follow by position too: zeros(2, 3).
  bool gathers = false;
};

// The arguments of one call by parameter.
class BoundArguments {
 public:
  // Throws ExpressionError for arguments that are too many, unknown, doubled or missing.
  BoundArguments(const Invocation& invocation, absl::Span<const Parameter> parameters);

  bool Has(size_t parameter) const { return bound_[parameter].given; }
  // None when it was not given.
  const Object& operator[](size_t parameter) const { return bound_[parameter].value; }
  // Of the argument; of the call when it was not given.
  size_t offset(size_t parameter) const { return bound_[parameter].offset; }

 private:
  struct Bound {
    bool given = false;
    Object value = None{};
    size_t offset = 0;
  };
  void Bind(size_t parameter, Object value, size_t offset);

  const Invocation& invocation_;
  absl::Span<const Parameter> parameters_;
  std::vector<Bound> bound_;
};

}  // namespace gradd::cli
