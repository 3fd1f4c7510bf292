// The value of a StatusOr in a test. An error fails that test with its text; the program goes on.
#pragma once

#include <stdexcept>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace gradd::testing {

// Throws, which googletest reports as the test's failure. On a thread that is not the test's, in a
// destructor and before main() nobody catches that: there it ends the program, and says the same.
inline void Must(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error("unexpected error: " + status.ToString());
}

template <class T>
T Must(absl::StatusOr<T> result) {
  Must(result.status());
  return *std::move(result);
}

}  // namespace gradd::testing
