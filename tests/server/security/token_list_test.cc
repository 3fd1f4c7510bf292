#include "server/security/token_list.h"

#include "gtest/gtest.h"

#include "proto/codec/status.h"
#include "tests/support/fake_clock.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;
constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

TEST(TokenList, ReadsItsFile) {
  const auto tokens = TokenList::Parse(
      "# who may call\n\n0123456789abcdef\r\n  fedcba9876543210 2030-01-01T00:00:00Z \n");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  ASSERT_EQ(tokens->size(), 2u);
  EXPECT_EQ((*tokens)[0].first, "0123456789abcdef");
  EXPECT_EQ((*tokens)[0].second, absl::InfiniteFuture());
  EXPECT_EQ((*tokens)[1].second, absl::FromUnixSeconds(1893456000));
}

TEST(TokenList, RefusesFilesThatMeanSomethingElse) {
  for (const char* text : {"", "# nothing", "short", "0123456789abcdef tomorrow",
                           "0123456789abcdef 2030-01-01T00:00:00Z again"}) {
    EXPECT_EQ(TokenList::Parse(text).status().code(), Code::kInvalidArgument) << text;
  }
}

TEST(TokenList, LetsInWhoHasAToken) {
  FakeClock clock;
  TokenList tokens({{kToken, absl::InfiniteFuture()}}, clock);
  EXPECT_TRUE(tokens.Check(std::string("Bearer ") + kToken).ok());
  for (const char* wrong : {"", kToken, "Basic abc", "bearer 0123456789abcdef0123456789abcdef",
                            "Bearer ", "Bearer 0123456789abcdef0123456789abcdeX"}) {
    EXPECT_EQ(tokens.Check(wrong).code(), Code::kUnauthenticated) << wrong;
  }
}

TEST(TokenList, TokensExpire) {
  FakeClock clock;
  TokenList tokens({{kToken, clock.Now() + absl::Seconds(10)}}, clock);
  const std::string bearer = std::string("Bearer ") + kToken;
  EXPECT_TRUE(tokens.Check(bearer).ok());
  clock.Advance(absl::Seconds(10));
  EXPECT_EQ(tokens.Check(bearer).code(), Code::kUnauthenticated);
}

TEST(TokenList, GuessingIsSlowedDown) {
  FakeClock clock;
  TokenList tokens({{kToken, absl::InfiniteFuture()}}, clock);
  absl::Status status;
  for (int i = 0; i < 50; ++i) status = tokens.Check("Bearer guess");
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_TRUE(codec::RetryDelay(status));
  // Who has a token is not kept out by who has none.
  EXPECT_TRUE(tokens.Check(std::string("Bearer ") + kToken).ok());
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(tokens.Check("Bearer guess").code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace gradd::server
