// Leases and limits, with a clock that the test turns.
#include "server/session/session_manager.h"

#include <future>

#include "gtest/gtest.h"

#include "tests/support/fake_clock.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

class SessionManagerTest : public ::testing::Test {
 protected:
  static SessionManagerOptions Options(const BackendRegistry& backends) {
    SessionManagerOptions options;
    options.session.backends = &backends;
    options.max_sessions = 2;
    options.lease = absl::Seconds(10);
    options.max_lease = absl::Seconds(100);
    options.command_duration = absl::Seconds(30);
    options.reap_interval = absl::Hours(1);  // the test calls Reap
    return options;
  }
  absl::StatusOr<RefPtr<HostedSession>> Create(const SessionManager::Wish& wish = {}) {
    std::promise<absl::StatusOr<RefPtr<HostedSession>>> made;
    manager_.Create(wish, [&](absl::StatusOr<RefPtr<HostedSession>> session) {
      made.set_value(std::move(session));
    });
    return made.get_future().get();
  }
  absl::Status Find(const std::string& id) {
    return manager_.Find(id, secrets_.SecretOf(id)).status();
  }
  void OnStrand(HostedSession& session, const std::function<void()>& work) {
    std::promise<void> done;
    session.strand().Post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  FakeClock clock_;
  const std::unique_ptr<BackendRegistry> backends_ = MakeHostBackends(true);
  const SessionSecrets secrets_{"test"};
  ThreadPool pool_{2};
  SessionManager manager_{Options(*backends_), clock_, pool_, secrets_};
};

TEST_F(SessionManagerTest, LeaseIsRenewedByFindingAndEndsWithoutIt) {
  const std::string id = (*Create())->id();
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Seconds(9));
    manager_.Reap();
    ASSERT_TRUE(Find(id).ok());
  }
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(Find(id).code(), Code::kNotFound);  // though the reaper is late
  EXPECT_EQ(manager_.All().size(), 1u);
  manager_.Reap();
  EXPECT_TRUE(manager_.All().empty());
  EXPECT_EQ(Find(id).code(), Code::kNotFound);
}

TEST_F(SessionManagerTest, HoldsKeepASessionAlive) {
  const RefPtr<HostedSession> session = *Create();
  {
    HostedSession::Hold hold(session);
    clock_.Advance(absl::Hours(5));
    manager_.Reap();
    EXPECT_FALSE(session->ended());
  }
  EXPECT_EQ(session->lease_left(), absl::Seconds(10));
  clock_.Advance(absl::Seconds(10));
  manager_.Reap();
  EXPECT_TRUE(session->ended());
  OnStrand(*session, [&] { EXPECT_FALSE(session->Attach().ok()); });
}

TEST_F(SessionManagerTest, LeasesAreBounded) {
  SessionManager::Wish wish;
  wish.lease = absl::InfiniteDuration();
  EXPECT_EQ((*Create(wish))->lease(), absl::Seconds(100));
  wish.lease = absl::Nanoseconds(1);
  EXPECT_GE((*Create(wish))->lease(), absl::Seconds(1));
}

TEST_F(SessionManagerTest, SessionsAreBounded) {
  const std::string id = (*Create())->id();
  ASSERT_TRUE(Create().ok());
  EXPECT_EQ(Create().status().code(), Code::kResourceExhausted);
  ASSERT_TRUE(manager_.Delete(id, secrets_.SecretOf(id)).ok());
  EXPECT_TRUE(Create().ok());
}

TEST_F(SessionManagerTest, FailedCreationTakesNoPlace) {
  SessionManager::Wish wish;
  wish.device = DeviceId{DeviceKind::kCuda, 0};
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Create(wish).ok());
  EXPECT_TRUE(Create().ok());
}

TEST_F(SessionManagerTest, SecretIsVerifiedBeforeTheLookUp) {
  const std::string id = (*Create())->id();
  EXPECT_EQ(manager_.Find(id, "").status().code(), Code::kPermissionDenied);
  EXPECT_EQ(manager_.Find("test-none", "").status().code(), Code::kPermissionDenied);
  EXPECT_EQ(manager_.Find("test-none", secrets_.SecretOf(id)).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Find("test-none").code(), Code::kNotFound);
}

TEST_F(SessionManagerTest, SlowCommandIsCancelled) {
  const RefPtr<HostedSession> session = *Create();
  std::promise<const Cancellation*> running;
  std::promise<void> go_on, ended;
  session->strand().Post([&] {
    running.set_value(&session->cancels().Begin(session->cancels().NextTicket()));
    go_on.get_future().wait();
    session->cancels().End();
    ended.set_value();
  });
  const Cancellation& cancellation = *running.get_future().get();
  HostedSession::Hold hold(session);
  manager_.Reap();
  clock_.Advance(absl::Seconds(29));
  manager_.Reap();
  EXPECT_FALSE(cancellation.cancelled());
  clock_.Advance(absl::Seconds(2));
  manager_.Reap();
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_EQ(cancellation.reason(), Cancellation::Reason::kTooSlow);
  go_on.set_value();
  ended.get_future().wait();
}

TEST_F(SessionManagerTest, RunningCommandKeepsASessionAlive) {
  const RefPtr<HostedSession> session = *Create();
  std::promise<void> running, go_on;
  session->strand().Post([&] {
    (void)session->cancels().Begin(session->cancels().NextTicket());
    running.set_value();
    go_on.get_future().wait();
    session->cancels().End();
  });
  running.get_future().wait();
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(absl::Seconds(6));
    manager_.Reap();
  }
  EXPECT_FALSE(session->ended());
  go_on.set_value();
  OnStrand(*session, [] {});
  clock_.Advance(absl::Seconds(10));
  manager_.Reap();
  EXPECT_TRUE(session->ended());
}

TEST_F(SessionManagerTest, AttachmentWithoutASignOfLifeIsDetached) {
  const RefPtr<HostedSession> session = *Create();
  uint32_t silent = 0, unary = 0, streaming = 0;
  OnStrand(*session, [&] {
    silent = *session->Attach();
    unary = *session->Attach();
    streaming = *session->Attach();
  });
  const uint64_t blob = *session->CreateBlob(silent, 1000);
  const auto reap = [&] {
    manager_.Reap();
    OnStrand(*session, [] {});  // what Reap posted has run
  };
  {
    HostedSession::Hold stream(session, streaming);
    for (int i = 0; i < 3; ++i) {
      clock_.Advance(absl::Seconds(4));
      EXPECT_TRUE(session->RenewAttachment(unary));
      reap();
    }
    OnStrand(*session, [&] {
      EXPECT_EQ(session->FindAttachment(silent).status().code(), Code::kNotFound);
      EXPECT_TRUE(session->FindAttachment(unary).ok());
      EXPECT_TRUE(session->FindAttachment(streaming).ok());
    });
    EXPECT_EQ(session->attachment_count(), 2);
    EXPECT_FALSE(session->RenewAttachment(silent));
    EXPECT_EQ(session->bytes(), 0) << "its blob is gone with it";
    EXPECT_EQ(session->blobs().GetProgress(blob).status().code(), Code::kNotFound);
    EXPECT_EQ(session->CreateBlob(silent, 1).status().code(), Code::kNotFound);
  }
  clock_.Advance(absl::Seconds(9));
  ASSERT_TRUE(Find(session->id()).ok());
  reap();
  EXPECT_EQ(session->attachment_count(), 2);
  clock_.Advance(absl::Seconds(1));
  reap();
  EXPECT_EQ(session->attachment_count(), 0);
  EXPECT_FALSE(session->ended());
}

TEST_F(SessionManagerTest, CommandThatWaitsBeforeTheReaperIsASignOfLife) {
  const RefPtr<HostedSession> session = *Create();
  uint32_t attachment = 0;
  OnStrand(*session, [&] { attachment = *session->Attach(); });
  std::promise<void> go_on;
  session->strand().Post([&] { go_on.get_future().wait(); });
  session->strand().Post([&] { EXPECT_TRUE(session->FindAttachment(attachment).ok()); });
  HostedSession::Hold hold(session);
  clock_.Advance(absl::Seconds(11));
  manager_.Reap();
  go_on.set_value();
  OnStrand(*session, [&] { EXPECT_TRUE(session->FindAttachment(attachment).ok()); });
}

TEST_F(SessionManagerTest, PlacesOfCrashedClientsAreFreeAgain) {
  const RefPtr<HostedSession> session = *Create();
  HostedSession::Hold hold(session);
  OnStrand(*session, [&] {
    for (int i = 0; i < limits::kAttachments; ++i) ASSERT_TRUE(session->Attach().ok());
    EXPECT_EQ(session->Attach().status().code(), Code::kResourceExhausted);
  });
  clock_.Advance(absl::Seconds(10));
  manager_.Reap();
  OnStrand(*session, [&] { EXPECT_TRUE(session->Attach().ok()); });
}

}  // namespace
}  // namespace gradd::server
