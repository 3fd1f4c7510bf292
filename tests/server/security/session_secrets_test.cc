#include "server/security/session_secrets.h"

#include <set>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gradd::server {
namespace {

using ::testing::StartsWith;

TEST(SessionSecrets, IdsNameTheInstanceAndNeverRepeat) {
  const SessionSecrets secrets("node7");
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(secrets.NewId());
  EXPECT_EQ(ids.size(), 1000u);
  for (const std::string& id : ids) EXPECT_THAT(id, StartsWith("node7-"));
}

TEST(SessionSecrets, SecretFitsItsIdOnly) {
  const SessionSecrets secrets("a");
  const std::string id = secrets.NewId(), secret = secrets.SecretOf(id);
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_EQ(secret, secrets.SecretOf(id));
  EXPECT_TRUE(secrets.Verify(id, secret));
  EXPECT_FALSE(secrets.Verify(secrets.NewId(), secret));
  EXPECT_FALSE(secrets.Verify(id, ""));
  EXPECT_FALSE(secrets.Verify(id, secret.substr(1)));
  EXPECT_FALSE(secrets.Verify(id, secret + "x"));
  for (size_t bit = 0; bit < secret.size() * 8; ++bit) {
    std::string other = secret;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(secrets.Verify(id, other));
  }
}

TEST(SessionSecrets, AnotherServersSecretIsWorthNothing) {
  const SessionSecrets one("same"), other("same");
  const std::string id = one.NewId();
  EXPECT_FALSE(other.Verify(id, one.SecretOf(id)));
}

TEST(SessionSecrets, ManyThreadsMayVerify) {
  const SessionSecrets secrets("a");
  const std::string id = secrets.NewId(), secret = secrets.SecretOf(id);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(secrets.Verify(id, secret));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace gradd::server
