#include "server/admission/admission.h"

#include "gtest/gtest.h"

#include "proto/codec/status.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

TEST(Admission, SharesAreGivenBack) {
  Admission admission({.calls = 2, .streams = 1, .bytes = 100});
  {
    auto one = admission.AdmitCall(), two = admission.AdmitCall();
    EXPECT_TRUE(one.ok() && two.ok());
    const absl::Status status = admission.AdmitCall().status();
    EXPECT_EQ(status.code(), Code::kResourceExhausted);
    EXPECT_TRUE(codec::RetryDelay(status));
    EXPECT_FALSE(admission.idle());
    EXPECT_TRUE(admission.AdmitStream().ok());
  }
  EXPECT_TRUE(admission.idle());
  Admission::Share moved;
  {
    auto one = admission.AdmitCall();
    moved = *std::move(one);
  }
  EXPECT_FALSE(admission.idle());
  moved = {};
  EXPECT_TRUE(admission.idle());
}

TEST(Admission, BytesAreBoundedButOneRequestMayAlwaysWait) {
  Admission admission({.calls = 10, .streams = 10, .bytes = 100});
  {
    const auto large = admission.AdmitBytes(5000);
    EXPECT_TRUE(large.ok());
    EXPECT_TRUE(admission.bytes_are_scarce());
    EXPECT_EQ(admission.AdmitBytes(1).status().code(), Code::kResourceExhausted);
    EXPECT_EQ(admission.requests(), 1);
    const Admission::Share counted = admission.CountBytes(1000);
    EXPECT_EQ(admission.requests(), 2);
  }
  EXPECT_EQ(admission.requests(), 0);
  EXPECT_FALSE(admission.bytes_are_scarce());
}

TEST(Admission, DrainingAdmitsNobody) {
  Admission admission({.calls = 1, .streams = 1, .bytes = 1});
  auto before = admission.AdmitCall();
  admission.Drain();
  EXPECT_EQ(admission.AdmitCall().status().code(), Code::kUnavailable);
  EXPECT_EQ(admission.AdmitStream().status().code(), Code::kUnavailable);
  EXPECT_FALSE(admission.idle());
  before = absl::UnknownError("over");
  EXPECT_TRUE(admission.idle());
}

}  // namespace
}  // namespace gradd::server
