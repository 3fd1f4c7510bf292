#include "server/session/attachment.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using Code = absl::StatusCode;

class AttachmentTest : public ::testing::Test {
 protected:
  // Applies the next command, with an answer unless that is empty.
  void Apply(const std::string& payload, const std::string& answer = "") {
    const auto verdict = attachment_.Admit(attachment_.applied() + 1, payload);
    ASSERT_TRUE(verdict.ok() && verdict->apply);
    attachment_.Applied(absl::Cord(answer));
  }
  Code AdmitCode(uint64_t sequence, const std::string& payload) {
    return attachment_.Admit(sequence, payload).status().code();
  }
  std::vector<uint64_t> Kept() {
    std::vector<uint64_t> kept;
    attachment_.ForEachKept(
        [&](uint64_t sequence, const absl::Cord&) { kept.push_back(sequence); });
    return kept;
  }

  RefPtr<MemoryBudget> budget_ = MakeRef<MemoryBudget>(60, nullptr);
  Attachment attachment_{{.commands = 8, .answer_bytes = 100, .free_bytes = 40}, budget_};
};

TEST_F(AttachmentTest, CountsFromOneWithoutGaps) {
  EXPECT_EQ(AdmitCode(0, "a"), Code::kInvalidArgument);
  EXPECT_EQ(AdmitCode(2, "a"), Code::kFailedPrecondition);
  EXPECT_EQ(AdmitCode(UINT64_MAX, "a"), Code::kFailedPrecondition);
  Apply("a");
  EXPECT_EQ(attachment_.applied(), 1u);
  EXPECT_EQ(AdmitCode(3, "b"), Code::kFailedPrecondition);
}

TEST_F(AttachmentTest, RepeatedCommandGetsItsFirstAnswer) {
  Apply("a", "answer a");
  Apply("b");
  const auto repeated = attachment_.Admit(1, "a");
  ASSERT_TRUE(repeated.ok());
  EXPECT_FALSE(repeated->apply);
  EXPECT_EQ(std::string(repeated->answer), "answer a");
  const auto silent = attachment_.Admit(2, "b");
  ASSERT_TRUE(silent.ok());
  EXPECT_FALSE(silent->apply);
  EXPECT_TRUE(silent->answer.empty());
  EXPECT_EQ(AdmitCode(1, "other"), Code::kInvalidArgument);
  EXPECT_EQ(AdmitCode(2, ""), Code::kInvalidArgument);
}

TEST_F(AttachmentTest, AcknowledgedAnswersAreDropped) {
  for (const char* name : {"a", "b", "c", "d"}) Apply(name, absl::StrCat("answer ", name));
  EXPECT_EQ(attachment_.answer_bytes(), 32);
  attachment_.Acknowledge(2);
  EXPECT_THAT(Kept(), ElementsAre(3, 4));
  EXPECT_EQ(attachment_.answer_bytes(), 16);
  EXPECT_EQ(AdmitCode(2, "b"), Code::kFailedPrecondition);
  EXPECT_EQ(std::string(attachment_.Admit(3, "c")->answer), "answer c");
  EXPECT_EQ(AdmitCode(3, "x"), Code::kInvalidArgument);
  attachment_.Acknowledge(1);  // what was acknowledged stays so
  EXPECT_THAT(Kept(), ElementsAre(3, 4));
  attachment_.Acknowledge(1000);  // nobody acknowledges what was not applied
  EXPECT_TRUE(Kept().empty());
  EXPECT_EQ(attachment_.answer_bytes(), 0);
  Apply("e");
  EXPECT_EQ(attachment_.applied(), 5u);
}

TEST_F(AttachmentTest, IsFullByCommandsAndByBytes) {
  for (int i = 0; i < 8; ++i) {
    EXPECT_FALSE(attachment_.full());
    Apply(absl::StrCat(i));
  }
  EXPECT_TRUE(attachment_.full());
  attachment_.Acknowledge(1);
  EXPECT_FALSE(attachment_.full());
  Apply("large", std::string(100, 'x'));
  EXPECT_TRUE(attachment_.full());
  attachment_.MakeRoom();
  EXPECT_FALSE(attachment_.full());
  EXPECT_EQ(attachment_.applied(), 9u);
}

TEST_F(AttachmentTest, KeptAnswersAreReserved) {
  Apply("free", std::string(40, 'a'));
  EXPECT_EQ(budget_->used(), 0);
  Apply("reserved", std::string(30, 'b'));
  EXPECT_EQ(budget_->used(), 30);
  EXPECT_FALSE(attachment_.full());
  ASSERT_TRUE(budget_->Reserve(20).ok());  // the session's tensors
  Apply("no room", std::string(20, 'c'));
  EXPECT_EQ(budget_->used(), 50);
  EXPECT_TRUE(attachment_.full());
  EXPECT_EQ(std::string(attachment_.Admit(3, "no room")->answer), std::string(20, 'c'));
  attachment_.Acknowledge(2);
  EXPECT_EQ(budget_->used(), 20);
  EXPECT_TRUE(attachment_.full());
  attachment_.MakeRoom();
  EXPECT_FALSE(attachment_.full());
  EXPECT_EQ(attachment_.answer_bytes(), 0);
}

TEST_F(AttachmentTest, LongLogIsRightThroughout) {
  for (uint64_t i = 1; i <= 1000; ++i) {
    Apply(absl::StrCat("command ", i), i % 3 == 0 ? absl::StrCat("answer ", i) : "");
    if (i > 5) attachment_.Acknowledge(i - 5);
    for (uint64_t back = i > 4 ? i - 4 : 1; back <= i; ++back) {
      const auto verdict = attachment_.Admit(back, absl::StrCat("command ", back));
      ASSERT_TRUE(verdict.ok()) << verdict.status();
      EXPECT_FALSE(verdict->apply);
      EXPECT_EQ(std::string(verdict->answer), back % 3 == 0 ? absl::StrCat("answer ", back) : "");
    }
  }
}

TEST_F(AttachmentTest, NewerStreamClosesTheOlder) {
  std::vector<std::string> closed;
  const auto close = [&](const std::string& name) {
    return [&closed, name](absl::Status status) {
      closed.push_back(absl::StrCat(name, " ", absl::StatusCodeToString(status.code())));
    };
  };
  const uint64_t first = attachment_.OpenStream(close("first"));
  EXPECT_TRUE(attachment_.IsCurrent(first));
  const uint64_t second = attachment_.OpenStream(close("second"));
  EXPECT_THAT(closed, ElementsAre("first FAILED_PRECONDITION"));
  EXPECT_FALSE(attachment_.IsCurrent(first));
  attachment_.StreamEnded(first);  // too late to mean anything
  EXPECT_TRUE(attachment_.has_stream());
  attachment_.StreamEnded(second);
  EXPECT_FALSE(attachment_.has_stream());
  attachment_.CloseStream(absl::AbortedError(""));
  EXPECT_EQ(closed.size(), 1u);
  EXPECT_FALSE(attachment_.IsCurrent(second));
}

TEST_F(AttachmentTest, AttemptsAreAdmittedInTheirOrder) {
  EXPECT_TRUE(attachment_.AdmitAttempt(0));
  EXPECT_TRUE(attachment_.AdmitAttempt(2));
  EXPECT_FALSE(attachment_.AdmitAttempt(1));
  EXPECT_TRUE(attachment_.AdmitAttempt(2));
  EXPECT_TRUE(attachment_.AdmitAttempt(0));
  EXPECT_FALSE(attachment_.AdmitAttempt(1));
  EXPECT_TRUE(attachment_.AdmitAttempt(7));
}

}  // namespace
}  // namespace gradd::server
