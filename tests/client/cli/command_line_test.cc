#include "client/cli/command_line.h"

#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/command.h"
#include "client/cli/target.h"

namespace gradd::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<Flag> kFlags = {{"target", "HOST:PORT", "Where."}, {"once", "", "Once."}};

TEST(CommandLine, SortsItsWords) {
  const CommandLine line({"-x + 1", "--target=a:1", "b", "--once", "--target", "c:2"}, kFlags);
  EXPECT_THAT(line.arguments(), ElementsAre("-x + 1", "b"));
  EXPECT_EQ(line.Get("target"), "c:2") << "the last one counts";
  EXPECT_TRUE(line.Has("once"));
  EXPECT_THAT(CommandLine({"--", "--once"}, kFlags).arguments(), ElementsAre("--once"));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(CommandLine({"--nothing"}, kFlags), UsageError);
  EXPECT_THROW(CommandLine({"--once=1"}, kFlags), UsageError);
  EXPECT_THROW(CommandLine({"--target"}, kFlags), UsageError);
  const std::vector<Flag> flags = {{"n", "N", ""}};
  EXPECT_EQ(CommandLine({"--n=2.5"}, flags).GetPositive("n", 1), 2.5);
  EXPECT_EQ(CommandLine({}, flags).GetPositive("n", 1), 1);
  for (const char* word : {"--n=0", "--n=-1", "--n=x", "--n=inf", "--n=nan"}) {
    EXPECT_THROW((void)CommandLine({word}, flags).GetPositive("n", 1), UsageError) << word;
  }
}

CommandLine Targeting(const std::vector<std::string>& words) { return {words, WithMetricsFlags()}; }

TEST(Target, IsOfTheFlagsAndTheEnvironment) {
  setenv("GRADD_TARGET", "there:1", 1);
  EXPECT_EQ(OptionsFrom(Targeting({})).target, "there:1");
  EXPECT_EQ(OptionsFrom(Targeting({"--target=here:2"})).target, "here:2");
  unsetenv("GRADD_TARGET");
  EXPECT_EQ(OptionsFrom(Targeting({})).target, "localhost:50051");
  setenv("GRADD_TOKEN", "secret", 1);
  EXPECT_EQ(OptionsFrom(Targeting({})).token, "secret");
  unsetenv("GRADD_TOKEN");
  EXPECT_FALSE(OptionsFrom(Targeting({})).tls.has_value());
  EXPECT_EQ(OptionsFrom(Targeting({"--tls_server_name=x"})).tls->server_name, "x");
  EXPECT_THROW((void)OptionsFrom(Targeting({"--tls_ca=/nothing/there"})), UsageError);
  EXPECT_THROW((void)OptionsFrom(Targeting({"--tls_cert=/dev/null"})), UsageError);
}

TEST(Target, HasItsMetricsOnTheSameHost) {
  const auto url = [](const std::string& flag) { return MetricsUrl(Targeting({flag})); };
  EXPECT_EQ(url("--target=host:50051"), "http://host:9464/metrics");
  EXPECT_EQ(url("--target=dns:///host:50051"), "http://host:9464/metrics");
  EXPECT_EQ(url("--target=[::1]:50051"), "http://[::1]:9464/metrics");
  EXPECT_EQ(url("--target=unix:/tmp/s"), "http://127.0.0.1:9464/metrics");
  EXPECT_EQ(url("--metrics=other:1"), "http://other:1/metrics");
  EXPECT_EQ(url("--metrics=https://other/all"), "https://other/all");
}

struct Ran {
  int status;
  std::string out, errors;
};
Ran RunWords(const std::vector<std::string>& words) {
  std::ostringstream out, errors;
  const int status = RunCommandLine(words, out, errors);
  return {status, out.str(), errors.str()};
}

TEST(Commands, HaveHelp) {
  const Ran overview = RunWords({"--help"});
  EXPECT_EQ(overview.status, 0);
  for (const char* name : {"info", "health", "sessions", "ops", "eval", "graph", "watch"}) {
    EXPECT_THAT(overview.out, HasSubstr(absl::StrCat("  ", name, " ")));
    const Ran help = RunWords({name, "--help"});
    EXPECT_EQ(help.status, 0) << name;
    EXPECT_THAT(help.out, StartsWith(absl::StrCat("Usage: gradctl ", name)));
    EXPECT_THAT(help.out, HasSubstr("--target=HOST:PORT"));
  }
  EXPECT_THAT(RunWords({"graph", "-h"}).out, HasSubstr("--dot"));
  EXPECT_EQ(RunWords({"--version"}).status, 0);
}

TEST(Commands, EndWithTwoForWordsThatMakeNoSense) {
  EXPECT_EQ(RunWords({}).status, 2);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"nothing"},
                                             {"eval"},
                                             {"eval", "1", "2"},
                                             {"info", "more"},
                                             {"health", "--nothing"},
                                             {"eval", "1", "--seed=x"},
                                             {"watch", "--interval=0"}}) {
    const Ran ran = RunWords(words);
    EXPECT_EQ(ran.status, 2) << words[0];
    EXPECT_THAT(ran.errors, StartsWith("gradctl: ")) << words[0];
    EXPECT_EQ(ran.out, "");
  }
}

}  // namespace
}  // namespace gradd::cli
