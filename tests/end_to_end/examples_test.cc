// The examples, as users run them: against a server, over a connection.

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/shell.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using ::testing::HasSubstr;

class ExamplesTest : public ::testing::Test {
 protected:
  ShellResult Run(const std::string& command) {
    return Shell("GRADD_TARGET=" + server_.target() + " " GRADD_EXAMPLES "/" + command + " 2>&1");
  }
  TestServer server_;
};

TEST_F(ExamplesTest, TutorialPrintsWhatPyTorchPrints) {
  const ShellResult result = Run("tutorial");
  EXPECT_EQ(result.status, 0);
  std::ifstream file(GRADD_SOURCE "/examples/tutorial/expected.txt");
  std::stringstream expected;
  expected << file.rdbuf();
  ASSERT_FALSE(expected.str().empty());
  EXPECT_EQ(result.output, expected.str());
}

TEST_F(ExamplesTest, FirstGradients) {
  const ShellResult result = Run("first_gradients");
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("3 x^2 = 12,  6 x = 12"));
}

TEST_F(ExamplesTest, TrainingMakesTheLossSmall) {
  const ShellResult result = Run("train_mlp 300");
  ASSERT_EQ(result.status, 0) << result.output;
  double first, last;
  const size_t summary = result.output.rfind("\nloss ");
  ASSERT_NE(summary, std::string::npos) << result.output;
  ASSERT_EQ(std::sscanf(&result.output[summary], "\nloss %lf -> %lf", &first, &last), 2);
  EXPECT_GT(first, 50);
  EXPECT_LT(last, first / 100);
}

// Exits with an error itself when the accuracy is too low.
TEST_F(ExamplesTest, TwoMoonsAreToldApart) {
  const ShellResult result = Run("two_moons");
  EXPECT_EQ(result.status, 0) << result.output;
}

}  // namespace
}  // namespace gradd::server
