#include "client/cpp/failure.h"

#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/types/optional.h"

#include "client/cpp/error.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {
constexpr absl::string_view kOp = "gradd.client.op";
constexpr absl::string_view kSource = "gradd.client.source";

std::string PayloadOr(const absl::Status& status, absl::string_view key, std::string fallback) {
  if (const absl::optional<absl::Cord> payload = status.GetPayload(key)) {
    return std::string(*payload);
  }
  return fallback;
}

}  // namespace

absl::Status WithOrigin(absl::Status status, const codec::ErrorOrigin& origin) {
  if (!origin.op.empty()) status.SetPayload(kOp, absl::Cord(origin.op));
  if (!origin.source.empty()) status.SetPayload(kSource, absl::Cord(origin.source));
  return status;
}

void Throw(const absl::Status& status, absl::string_view op, SourceLine source) {
  throw Error(status.code(), ErrorReason(status), std::string(status.message()),
              PayloadOr(status, kOp, std::string(op)),
              PayloadOr(status, kSource, source.ToString()));
}

}  // namespace client
}  // namespace gradd
