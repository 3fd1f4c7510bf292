#include "server/security/listen_address.h"

#include <string>

#include "gtest/gtest.h"

namespace gradd::server {
namespace {

TEST(ListenAddress, KnowsWhoCanConnect) {
  const struct {
    const char* text;
    bool is_local;
  } cases[] = {{"127.0.0.1:50051", true},  {"127.9.8.7:1", true},
               {"localhost:0", true},      {"[::1]:5", true},
               {"unix:/tmp/x.sock", true}, {"0.0.0.0:1", false},
               {"[::]:1", false},          {"10.0.0.1:1", false},
               {"example.org:1", false},   {"127.example.org:1", false},
               {"localhost.evil:1", false}};
  for (const auto& [text, is_local] : cases) {
    const auto address = ParseListenAddress(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->is_local(), is_local) << text;
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("50051"), std::string(":1"), std::string("host"),
        std::string("host:"), std::string("host:70000"), std::string("host:-1"),
        std::string("::1:5"), std::string("[::1:5"), std::string("unix:"),
        "unix:" + std::string(200, 'x')}) {
    const auto address = ParseListenAddress(text);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace gradd::server
