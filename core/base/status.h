// Status macros, and the reason that every error of ours carries for machines to read.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#define GRADD_RETURN_IF_ERROR(expression)                                 \
  do {                                                                    \
    if (absl::Status gradd_status_ = (expression); !gradd_status_.ok()) { \
      return gradd_status_;                                               \
    }                                                                     \
  } while (false)

#define GRADD_CONCAT_(a, b) a##b
#define GRADD_CONCAT(a, b) GRADD_CONCAT_(a, b)
#define GRADD_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = (expression);                               \
  if (!result.ok()) return std::move(result).status();      \
  target = *std::move(result)
#define GRADD_ASSIGN_OR_RETURN(target, expression) \
  GRADD_ASSIGN_OR_RETURN_(GRADD_CONCAT(gradd_result_, __LINE__), target, expression)

namespace gradd {

// Makes an error with a reason in UPPER_SNAKE that travels to clients as
// google.rpc.ErrorInfo.reason.
absl::Status MakeError(absl::StatusCode code, absl::string_view reason, absl::string_view message);

// The reason given to MakeError, or the code's name for errors that carry none.
std::string ErrorReason(const absl::Status& status);

// The same error with `note` behind its message.
absl::Status WithNote(const absl::Status& status, absl::string_view note);

template <class... Parts>
absl::Status InvalidArgument(absl::string_view reason, const Parts&... parts) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, absl::StrCat(parts...));
}
template <class... Parts>
absl::Status FailedPrecondition(absl::string_view reason, const Parts&... parts) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, absl::StrCat(parts...));
}
template <class... Parts>
absl::Status ResourceExhausted(absl::string_view reason, const Parts&... parts) {
  return MakeError(absl::StatusCode::kResourceExhausted, reason, absl::StrCat(parts...));
}
template <class... Parts>
absl::Status Unimplemented(absl::string_view reason, const Parts&... parts) {
  return MakeError(absl::StatusCode::kUnimplemented, reason, absl::StrCat(parts...));
}
template <class... Parts>
absl::Status NotFound(absl::string_view reason, const Parts&... parts) {
  return MakeError(absl::StatusCode::kNotFound, reason, absl::StrCat(parts...));
}
template <class... Parts>
absl::Status InternalError(absl::string_view reason, const Parts&... parts) {
  return MakeError(absl::StatusCode::kInternal, reason, absl::StrCat(parts...));
}

}  // namespace gradd
