// The value of a StatusOr in a test, or the end of that test binary with the error's text.
#pragma once

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace gradd::testing {

inline void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "unexpected error: " << status << std::endl;
  std::abort();
}

template <class T>
T Must(absl::StatusOr<T> result) {
  Must(result.status());
  return *std::move(result);
}

}  // namespace gradd::testing
