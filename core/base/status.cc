#include "core/base/status.h"

#include "absl/strings/cord.h"
#include "absl/types/optional.h"

namespace gradd {
namespace {
constexpr absl::string_view kReasonPayload = "gradd.reason";
}

absl::Status MakeError(absl::StatusCode code, absl::string_view reason, absl::string_view message) {
  absl::Status status(code, message);
  status.SetPayload(kReasonPayload, absl::Cord(reason));
  return status;
}

absl::Status WithNote(const absl::Status& status, absl::string_view note) {
  absl::Status noted(status.code(), absl::StrCat(status.message(), note));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { noted.SetPayload(type, payload); });
  return noted;
}

std::string ErrorReason(const absl::Status& status) {
  if (absl::optional<absl::Cord> reason = status.GetPayload(kReasonPayload)) {
    return std::string(*reason);
  }
  return absl::StatusCodeToString(status.code());
}

}  // namespace gradd
