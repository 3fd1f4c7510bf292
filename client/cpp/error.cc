#include "client/cpp/error.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace gradd {
inline namespace client {
namespace {

std::string Text(const std::string& message, const std::string& op, const std::string& source) {
  if (op.empty() && source.empty()) return message;
  if (op.empty()) return absl::StrCat(message, " [at ", source, "]");
  return absl::StrCat(message, " [op '", op, "'", source.empty() ? "" : " at ", source, "]");
}

}  // namespace

Error::Error(absl::StatusCode code, std::string reason, std::string message, std::string op,
             std::string source)
    : std::runtime_error(Text(message, op, source)),
      code_(code),
      reason_(std::move(reason)),
      message_(std::move(message)),
      op_(std::move(op)),
      source_(std::move(source)) {}

}  // namespace client
}  // namespace gradd
