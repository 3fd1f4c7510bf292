// What an error says of the quota that it is about.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "core/base/status.h"

namespace gradd::server {

// Of the QuotaFailure that an error carries; empty: it carries none.
inline std::string ViolatedQuota(const absl::Status& status) {
  google::rpc::QuotaFailure failure;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.QuotaFailure");
  if (!payload || !failure.ParseFromString(std::string(*payload))) return "";
  EXPECT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).description(), status.message());
  return failure.violations(0).subject();
}

inline void ExpectQuota(const absl::Status& status, absl::string_view reason,
                        absl::string_view subject) {
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_EQ(ErrorReason(status), reason);
  EXPECT_EQ(ViolatedQuota(status), subject);
}

}  // namespace gradd::server
