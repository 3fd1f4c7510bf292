#include "proto/codec/status.h"

#include "google/rpc/error_details.pb.h"
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "gradd/v1/errors.pb.h"

namespace gradd::codec {
namespace {

const ErrorOrigin kOrigin = {"div", "train.cc:42", 77, 12};

TEST(Status, ReasonOriginAndTextSurviveTheRoundTrip) {
  const absl::Status error = FailedPrecondition("GRAPH_FREED", "Trying to backward …");
  ErrorOrigin origin;
  const absl::Status decoded = DecodeStatus(EncodeStatus(error, kOrigin), &origin);
  EXPECT_EQ(decoded.code(), error.code());
  EXPECT_EQ(decoded.message(), error.message());
  EXPECT_EQ(ErrorReason(decoded), "GRAPH_FREED");
  EXPECT_EQ(origin, kOrigin);
}

TEST(Status, MachinesReadErrorInfoAndRootCause) {
  const google::rpc::Status message = EncodeStatus(NotFound("HANDLE", "no such handle"), kOrigin);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(message.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "HANDLE");
  EXPECT_EQ(info.domain(), "gradd");
  EXPECT_EQ(info.metadata().at("op"), "div");
  EXPECT_EQ(info.metadata().at("handle"), "77");
  EXPECT_EQ(info.metadata().at("source"), "train.cc:42");
  v1::RootCause cause;
  ASSERT_TRUE(message.details(1).UnpackTo(&cause));
  EXPECT_EQ(cause.code(), 5);
  EXPECT_EQ(cause.message(), "no such handle");
  EXPECT_EQ(cause.sequence(), 12u);
}

TEST(Status, WithoutAnOriginThereIsNoRootCause) {
  EXPECT_EQ(EncodeStatus(NotFound("HANDLE", "x")).details_size(), 1);
  EXPECT_EQ(EncodeStatus(absl::OkStatus()).details_size(), 0);
  EXPECT_TRUE(DecodeStatus(EncodeStatus(absl::OkStatus())).ok());
}

TEST(Status, OtherDetailsTravelAlong) {
  absl::Status error = ResourceExhausted("QUOTA", "too many");
  error = WithQuotaViolation(std::move(error), "session:tensors", "at most 10");
  error = WithRetryDelay(std::move(error), absl::Milliseconds(1500));
  const absl::Status decoded = DecodeStatus(EncodeStatus(error, kOrigin));
  EXPECT_EQ(RetryDelay(decoded), absl::Milliseconds(1500));
  EXPECT_EQ(RetryDelay(absl::InternalError("")), std::nullopt);
  const google::rpc::Status message = EncodeStatus(error);
  google::rpc::QuotaFailure quota;
  bool found = false;
  for (const auto& detail : message.details()) found = found || detail.UnpackTo(&quota);
  ASSERT_TRUE(found);
  EXPECT_EQ(quota.violations(0).subject(), "session:tensors");
}

TEST(Status, FitsIntoTrailersWhateverTheTexts) {
  const std::string huge(1 << 20, 'x');
  const ErrorOrigin origin = {huge, huge, 1, 1};
  EXPECT_LT(EncodeStatusDetails(absl::InternalError(huge), origin).size(), 5000u);
  // Cut between characters, or the peer could not parse it.
  std::string umlauts(1499, 'x');
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  const google::rpc::Status message = EncodeStatus(absl::InternalError(umlauts));
  EXPECT_EQ(message.message(), std::string(1499, 'x') + "...");
}

TEST(Status, AFailedRpcIsReadWithAndWithoutDetails) {
  const absl::Status plain = DecodeStatusDetails(14, "connection refused", "");
  EXPECT_EQ(plain.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(plain.message(), "connection refused");
  EXPECT_EQ(ErrorReason(plain), "UNAVAILABLE");
  EXPECT_EQ(DecodeStatusDetails(14, "x", "\xff\xff\xff").message(), "x");
  ErrorOrigin origin;
  const std::string details = EncodeStatusDetails(InvalidArgument("SHAPE", "bad shape"), kOrigin);
  EXPECT_EQ(ErrorReason(DecodeStatusDetails(3, "bad shape", details, &origin)), "SHAPE");
  EXPECT_EQ(origin, kOrigin);
  EXPECT_EQ(DecodeStatusDetails(99, "x", "").code(), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace gradd::codec
