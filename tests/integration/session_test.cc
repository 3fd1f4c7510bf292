// Sessions: made, found by who has the secret, ended by their lease.
#include <atomic>
#include <functional>
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "proto/codec/status.h"
#include "tests/integration/wire_session.h"
#include "tests/support/fake_clock.h"
#include "tests/support/patience.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;
using Code = absl::StatusCode;

absl::Status GetSession(WireClient& client, const std::string& id, const std::string& secret,
                        v1::GetSessionResponse* response) {
  v1::GetSessionRequest request;
  request.set_session_id(id);
  request.set_secret(secret);
  return client.Call("GetSession", request, response);
}

bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 500; ++i) {
    if (holds()) return true;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return false;
}

class SessionTest : public ::testing::Test {
 protected:
  absl::Status Get(const WireSession& session) {
    v1::GetSessionResponse response;
    return GetSession(client_, session.id(), session.secret(), &response);
  }
  absl::Status Delete(const WireSession& session) {
    v1::DeleteSessionRequest request;
    request.set_session_id(session.id());
    request.set_secret(session.secret());
    v1::DeleteSessionResponse response;
    return client_.Call("DeleteSession", request, &response);
  }

  FakeClock clock_;
  TestServer server_{[] {
                       Config config = TestServer::DefaultConfig();
                       config.instance = "here";
                       config.max_sessions = 3;
                       config.lease = absl::Seconds(60);
                       config.max_lease = absl::Seconds(600);
                       return config;
                     }(),
                     &clock_};
  WireClient client_{server_.target()};
};

TEST_F(SessionTest, IsWhatItsCreatorWanted) {
  v1::CreateSessionRequest request;
  request.set_device("sim:0");
  request.set_seed(7);
  request.mutable_lease()->set_seconds(100'000);
  v1::CreateSessionResponse created;
  ASSERT_TRUE(client_.Call("CreateSession", request, &created).ok());
  EXPECT_THAT(created.session_id(), StartsWith("here-"));
  EXPECT_EQ(created.secret().size(), 32u);
  EXPECT_EQ(created.device(), "sim:0");
  EXPECT_EQ(created.seed(), 7u);
  EXPECT_EQ(created.lease().seconds(), 600);
  EXPECT_FALSE(created.allow_tf32());
  request.set_allow_tf32(true);
  ASSERT_TRUE(client_.Call("CreateSession", request, &created).ok());
  EXPECT_TRUE(created.allow_tf32());
}

TEST_F(SessionTest, OnTheProcessorTf32ChangesNoBit) {
  const auto square = [&](bool allow_tf32) {
    v1::CreateSessionRequest request;
    request.set_device("cpu");
    request.set_allow_tf32(allow_tf32);
    WireSession session(client_, request);
    WireExecute stream(session);
    EXPECT_TRUE(stream.Send(
        {session.CreateMatrix(1, session.Handle(1)),
         session.CallOp(2, "sin", {session.Handle(1)}, session.Handle(2)),
         session.CallOp(3, "matmul", {session.Handle(2), session.Handle(2)}, session.Handle(3)),
         session.CallOp(4, "sum", {session.Handle(3)}, session.Handle(4)),
         session.Fetch(5, session.Handle(4))}));
    const auto result = stream.AwaitResult(5);
    const std::string data = result ? result->fetch().tensor().data() : "";
    EXPECT_EQ(data.size(), sizeof(float));
    return data;
  };
  EXPECT_EQ(square(true), square(false));
}

TEST_F(SessionTest, TellsWhatItHolds) {
  WireSession session(client_);
  ASSERT_TRUE(session.CreateTensor(session.Handle(1), {1, 2, 3}).ok());
  v1::GetSessionResponse response;
  ASSERT_TRUE(GetSession(client_, session.id(), session.secret(), &response).ok());
  EXPECT_EQ(response.tensors(), 1);
  EXPECT_GE(response.tensor_bytes(), 12);
  EXPECT_EQ(response.attachments(), 1u);
  EXPECT_EQ(response.device(), TestServer::DefaultConfig().device);
  EXPECT_EQ(response.lease_left().seconds(), 60);
}

TEST_F(SessionTest, SecretComesBeforeEverythingElse) {
  WireSession session(client_);
  v1::GetSessionResponse response;
  const std::string wrong(32, 'x');
  const absl::Status of_mine = GetSession(client_, session.id(), wrong, &response);
  const absl::Status of_none = GetSession(client_, "here-nothing", wrong, &response);
  EXPECT_EQ(of_mine.code(), Code::kPermissionDenied);
  EXPECT_EQ(of_mine.ToString(), of_none.ToString());
  for (const std::string& id :
       {std::string(), std::string("\0\n%n", 4), std::string(100000, 'a')}) {
    EXPECT_EQ(GetSession(client_, id, "", &response).code(), Code::kPermissionDenied);
  }
  EXPECT_TRUE(Get(session).ok());
}

TEST_F(SessionTest, DeletedAndExpiredReadTheSame) {
  WireSession deleted(client_), expired(client_);
  ASSERT_TRUE(Delete(deleted).ok());
  const absl::Status status = Get(deleted);
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_EQ(Delete(deleted).code(), Code::kNotFound);
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(Get(expired).ToString(), status.ToString());
  EXPECT_TRUE(Eventually([&] { return server_.environment().sessions().All().empty(); }));
}

TEST_F(SessionTest, EverySignOfLifeRenewsTheLease) {
  WireSession session(client_);
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Seconds(50));
    ASSERT_TRUE(session.CreateTensor(session.Handle(i + 1), {1}).ok());
  }
}

TEST_F(SessionTest, OpenStreamHoldsTheLease) {
  WireSession session(client_);
  {
    WireExecute stream(session);
    clock_.Advance(absl::Seconds(1000));
    absl::SleepFor(absl::Milliseconds(60));  // the reaper looks
    ASSERT_TRUE(stream.Send({session.Create(1, session.Handle(1), {4})}));
    ASSERT_TRUE(stream.AwaitApplied(1));
    ASSERT_TRUE(stream.stream().WritesDone());
    ASSERT_TRUE(stream.End().ok());
  }
  EXPECT_THAT(*session.FetchValues(session.Handle(1)), ElementsAre(4));
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(Get(session).code(), Code::kNotFound);
}

TEST_F(SessionTest, TooManyAreRefusedWithTheQuota) {
  WireSession a(client_), b(client_), c(client_);
  v1::CreateSessionResponse created;
  const absl::Status status = client_.Call("CreateSession", v1::CreateSessionRequest(), &created);
  EXPECT_EQ(status.code(), Code::kResourceExhausted) << status;
  EXPECT_TRUE(codec::RetryDelay(status));
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.QuotaFailure"));
  ASSERT_TRUE(Delete(a).ok());
  EXPECT_TRUE(client_.Call("CreateSession", v1::CreateSessionRequest(), &created).ok());
}

TEST_F(SessionTest, RefusesDevicesAndLeasesThatAreNone) {
  v1::CreateSessionResponse created;
  for (const char* device : {"cuda:99", "gpu", "sim:9", "\n\x1b[31m%n"}) {
    v1::CreateSessionRequest request;
    request.set_device(device);
    EXPECT_EQ(client_.Call("CreateSession", request, &created).code(), Code::kInvalidArgument);
  }
  v1::CreateSessionRequest request;
  request.mutable_lease()->set_seconds(-1);
  EXPECT_EQ(client_.Call("CreateSession", request, &created).code(), Code::kInvalidArgument);
}

TEST_F(SessionTest, AttachmentsHaveHandlesOfTheirOwnAndShareByImport) {
  WireSession mine(client_);
  ASSERT_TRUE(mine.CreateTensor(mine.Handle(1), {1, 2}).ok());
  v1::AttachRequest attach;
  attach.set_session_id(mine.id());
  attach.set_secret(mine.secret());
  v1::AttachResponse other;
  ASSERT_TRUE(client_.Call("Attach", attach, &other).ok());
  ASSERT_NE(other.attachment(), mine.attachment());
  v1::FetchRequest fetch;
  *fetch.mutable_scope() = mine.Scope();
  fetch.mutable_scope()->set_attachment(other.attachment());
  fetch.set_handle(mine.Handle(1));
  v1::FetchResponse fetched;
  EXPECT_EQ(client_.Call("Fetch", fetch, &fetched).code(), Code::kNotFound);

  v1::ImportRequest import;
  *import.mutable_scope() = fetch.scope();
  import.set_handle(uint64_t{other.attachment()} << 40 | 1);
  import.set_from(mine.Handle(1));
  v1::ImportResponse imported;
  ASSERT_TRUE(client_.Call("Import", import, &imported).ok());
  EXPECT_THAT(imported.spec().shape(), ElementsAre(2));

  // The importer's handle stays good when the attachment it came from is gone.
  v1::DetachRequest detach;
  *detach.mutable_scope() = mine.Scope();
  v1::DetachResponse detached;
  ASSERT_TRUE(client_.Call("Detach", detach, &detached).ok());
  EXPECT_EQ(client_.Call("Detach", detach, &detached).code(), Code::kNotFound);
  fetch.set_handle(import.handle());
  EXPECT_TRUE(client_.Call("Fetch", fetch, &fetched).ok());
}

TEST_F(SessionTest, ClientThatDiedIsDetachedWhileOthersGoOn) {
  WireSession mine(client_);
  WireExecute stream(mine);
  ASSERT_TRUE(stream.Send({mine.Create(1, mine.Handle(1), {1, 2})}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  v1::GetSessionResponse before, after;
  ASSERT_TRUE(GetSession(client_, mine.id(), mine.secret(), &before).ok());

  // Attaches, makes a tensor, begins to upload, and is not heard of again.
  v1::AttachRequest attach;
  attach.set_session_id(mine.id());
  attach.set_secret(mine.secret());
  v1::AttachResponse dead;
  v1::Scope scope = mine.Scope();
  {
    WireClient other(server_.target());
    ASSERT_TRUE(other.Call("Attach", attach, &dead).ok());
    scope.set_attachment(dead.attachment());
    v1::CreateTensorRequest create =
        mine.Create(0, uint64_t{dead.attachment()} << 40 | 1, {3}).create_tensor();
    *create.mutable_scope() = scope;
    v1::CreateTensorResponse created;
    ASSERT_TRUE(other.Call("CreateTensor", create, &created).ok());
    v1::CreateBlobRequest upload;
    *upload.mutable_scope() = scope;
    upload.set_size(1'000'000);
    v1::CreateBlobResponse blob;
    ASSERT_TRUE(other.Call("CreateBlob", upload, &blob).ok());
  }
  clock_.Advance(absl::Seconds(59));
  v1::GetSessionRequest renew;
  renew.set_session_id(mine.id());
  renew.set_secret(mine.secret());
  renew.set_attachment(dead.attachment());
  ASSERT_TRUE(client_.Call("GetSession", renew, &after).ok());
  clock_.Advance(absl::Seconds(59));
  absl::SleepFor(absl::Milliseconds(60));  // the reaper looks
  ASSERT_TRUE(GetSession(client_, mine.id(), mine.secret(), &after).ok());
  EXPECT_EQ(after.attachments(), 2u);

  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(Eventually([&] {
    return GetSession(client_, mine.id(), mine.secret(), &after).ok() && after.attachments() == 1;
  }));
  EXPECT_EQ(after.tensors(), before.tensors());
  EXPECT_EQ(after.tensor_bytes(), before.tensor_bytes());
  EXPECT_EQ(client_.Call("GetSession", renew, &after).code(), Code::kNotFound);
  ASSERT_TRUE(stream.Send({mine.Create(2, mine.Handle(2), {3})}));
  EXPECT_TRUE(stream.AwaitApplied(2));
}

TEST_F(SessionTest, LateOpenOfAnOlderStreamFencesNoNewerOne) {
  WireSession session(client_);
  const auto open = [&](uint64_t attempt) {
    v1::ExecuteRequest request;
    request.mutable_open()->set_session_id(session.id());
    request.mutable_open()->set_secret(session.secret());
    request.mutable_open()->set_attachment(session.attachment());
    request.mutable_open()->set_attempt(attempt);
    auto stream = client_.Open("Execute");
    EXPECT_TRUE(stream->Write(request.SerializeAsString()));
    return stream;
  };
  const auto apply = [&](WireStream& stream, uint64_t number) {
    v1::ExecuteRequest request;
    request.add_commands(session.Create(number, session.Handle(number), {1}).SerializeAsString());
    if (!stream.Write(request.SerializeAsString())) return false;
    while (const auto bytes = stream.Read()) {
      v1::ExecuteResponse response;
      if (!response.ParseFromString(*bytes)) return false;
      if (response.applied() >= number) return true;
    }
    return false;
  };
  const auto second = open(2);
  ASSERT_TRUE(apply(*second, 1));
  const auto first = open(1);
  const absl::Status refused = first->Finish();
  EXPECT_EQ(ErrorReason(refused), "FENCED") << refused;
  EXPECT_TRUE(apply(*second, 2));
  const auto third = open(3);
  EXPECT_TRUE(apply(*third, 3));
  EXPECT_EQ(ErrorReason(second->Finish()), "FENCED");
}

TEST_F(SessionTest, DeletionEndsStreamsAndCancelsWhatRuns) {
  WireSession session(client_);
  WireExecute stream(session);
  ASSERT_TRUE(stream.Send({session.CreateMatrix(1, session.Handle(1))}));
  ASSERT_TRUE(stream.AwaitApplied(1));
  ASSERT_TRUE(stream.Send({session.Heavy(2, session.Handle(1), session.Handle(2), 4000)}));
  absl::SleepFor(absl::Milliseconds(50));
  const absl::Time start = absl::Now();
  ASSERT_TRUE(Delete(session).ok());
  const absl::Status status = stream.End();
  EXPECT_TRUE(status.code() == Code::kAborted || status.code() == Code::kNotFound) << status;
  EXPECT_LT(absl::Now() - start, testing::kAtOnce);
  EXPECT_EQ(Get(session).code(), Code::kNotFound);
  EXPECT_TRUE(WireSession(client_).attachment() > 0);
}

TEST_F(SessionTest, ManyClientsAtOnce) {
  WireSession session(client_);
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const uint64_t handle = session.Handle(1 + t * 50 + i);
        const bool made = session.CreateTensor(handle, {static_cast<float>(handle % 1000)}).ok();
        const auto values = session.FetchValues(handle);
        if (made && values.ok() && values->at(0) == static_cast<float>(handle % 1000)) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

}  // namespace
}  // namespace gradd::server
