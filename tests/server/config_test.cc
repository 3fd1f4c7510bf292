#include "server/config.h"

#include <cstdio>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "server/config_file.h"
#include "server/config_flags.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

TEST(Config, FlagsOfEveryForm) {
  const auto line = ParseCommandLine(
      {"--listen=127.0.0.1:1,unix:/a", "--listen", "[::1]:2", "--sim", "--noop_metrics",
       "--lease=90s", "--max_session_bytes=3GiB", "--reflection=false", "--token_file="});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_THAT(line->config.listen, ElementsAre("127.0.0.1:1", "unix:/a", "[::1]:2"));
  EXPECT_TRUE(line->config.sim);
  EXPECT_FALSE(line->config.op_metrics);
  EXPECT_EQ(line->config.lease, absl::Seconds(90));
  EXPECT_EQ(line->config.max_session_bytes, int64_t{3} << 30);
  EXPECT_FALSE(line->help);
  EXPECT_TRUE(CheckConfig(line->config).ok());
}

TEST(Config, BadFlagsSayWhatIsWrong) {
  const struct {
    std::vector<std::string> arguments;
    const char* text;
  } cases[] = {{{"--nonsense"}, "Unknown flag --nonsense"},
               {{"--nolisten"}, "Unknown flag --nolisten"},
               {{"listen"}, "Unexpected argument"},
               {{"--listen"}, "needs a value"},
               {{"--lease=soon"}, "duration"},
               {{"--max_sessions=many"}, "number"},
               {{"--max_session_bytes=99999999999GiB"}, "number"},
               {{"--sim=perhaps"}, "true or false"},
               {{"--config=/no/such/file"}, "/no/such/file"}};
  for (const auto& [arguments, text] : cases) {
    const auto line = ParseCommandLine(arguments);
    ASSERT_FALSE(line.ok()) << arguments[0];
    EXPECT_THAT(MessageOf(line.status()), HasSubstr(text));
  }
}

TEST(Config, HelpNamesEveryFlag) {
  const std::string help = HelpText();
  for (const Flag& flag : AllFlags()) EXPECT_THAT(help, HasSubstr("--" + std::string(flag.name)));
  EXPECT_TRUE(ParseCommandLine({"--help"})->help);
}

TEST(Config, FileIsReadAndFlagsWin) {
  const std::string path = ::testing::TempDir() + "/gradd.textproto";
  std::ofstream(path) << "# a comment\nlisten: \"127.0.0.1:7\" listen: \"127.0.0.1:8\"\n"
                         "lease: \"2m\" sim: true max_sessions: 5\n";
  auto line = ParseCommandLine({"--config=" + path, "--max_sessions=6"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_THAT(line->config.listen, ElementsAre("127.0.0.1:7", "127.0.0.1:8"));
  EXPECT_EQ(line->config.lease, absl::Minutes(2));
  EXPECT_TRUE(line->config.sim);
  EXPECT_EQ(line->config.max_sessions, 6);
  line = ParseCommandLine({"--listen=127.0.0.1:9", "--config", path});
  EXPECT_THAT(line->config.listen, ElementsAre("127.0.0.1:9"));
  std::remove(path.c_str());
}

TEST(Config, BadFileNamesThePlace) {
  Config config;
  EXPECT_THAT(MessageOf(ReadConfigText("sim: true\nlisten 5", "file", config)),
              HasSubstr("file:2:"));
  EXPECT_THAT(MessageOf(ReadConfigText("no_such_field: 1", "file", config)),
              HasSubstr("no_such_field"));
  EXPECT_THAT(MessageOf(ReadConfigText("lease: \"soon\"", "file", config)), HasSubstr("lease"));
}

TEST(Config, PlaintextBeyondLoopbackNeedsASayingSo) {
  Config config;
  config.listen = {"127.0.0.1:1", "0.0.0.0:1"};
  EXPECT_EQ(CheckConfig(config).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(CheckConfig(config)), HasSubstr("--insecure"));
  config.insecure = true;
  EXPECT_TRUE(CheckConfig(config).ok());
  config.insecure = false;
  config.tls_cert = config.tls_key = "file";
  EXPECT_TRUE(CheckConfig(config).ok());
  config.metrics = "0.0.0.0:9464";  // that is never encrypted
  EXPECT_EQ(CheckConfig(config).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Config, ValuesThatMakeNoSense) {
  const auto code = [](void (*change)(Config&)) {
    Config config;
    change(config);
    return CheckConfig(config).code();
  };
  using C = Config&;
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(code([](C c) { c.listen = {}; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.listen = {"nowhere"}; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.tls_cert = "file"; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.tls_client_ca = "file"; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.max_sessions = 0; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.max_sessions = -1; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.lease = -absl::Seconds(1); }), kInvalid);
  EXPECT_EQ(code([](C c) { c.lease = absl::Hours(1000); }), kInvalid);
  EXPECT_EQ(code([](C c) { c.max_message_bytes = int64_t{1} << 40; }), kInvalid);
  // An inline tensor travels in a message, together with what is said about it.
  EXPECT_EQ(code([](C c) { c.max_inline_bytes = c.max_message_bytes; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.max_inline_bytes = c.max_message_bytes - limits::kMessageHeadBytes; }),
            absl::StatusCode::kOk);
  EXPECT_EQ(code([](C c) { c.max_message_bytes = c.max_inline_bytes = 1; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.metrics = "unix:/a"; }), kInvalid);
  EXPECT_EQ(code([](C c) { c.drain = absl::ZeroDuration(); }), absl::StatusCode::kOk);
  EXPECT_EQ(code([](C c) { c.metrics = "off"; }), absl::StatusCode::kOk);
}

TEST(Config, ExampleFileIsValid) {
  Config config;
  const absl::Status status =
      ReadConfigFile(GRADD_SOURCE_DIR "/tools/gradd_config.example", config);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(CheckConfig(config).ok());
}

}  // namespace
}  // namespace gradd::server
