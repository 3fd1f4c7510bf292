// Blobs: large tensors up and down, in chunks, resumed.
#include <cstring>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/integration/wire_session.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/fake_clock.h"
#include "tests/support/server_fixture.h"
#include "tests/support/test_devices.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;
constexpr int64_t kChunk = 1 << 20;

std::string Pattern(int64_t bytes) {
  std::string data(static_cast<size_t>(bytes), '\0');
  uint32_t state = 1;
  for (size_t i = 0; i + 4 <= data.size(); i += 4) {
    state = state * 1664525 + 1013904223;
    // No NaNs: a float's exponent bits are never all ones.
    const uint32_t value = state & 0x3fffffff;
    std::memcpy(&data[i], &value, 4);
  }
  return data;
}

struct Uploaded {
  absl::Status status;
  v1::WriteBlobResponse response;
};

class BlobTest : public ::testing::Test {
 protected:
  uint64_t CreateBlob(WireSession& session, int64_t size) {
    v1::CreateBlobRequest request;
    *request.mutable_scope() = session.Scope();
    request.set_size(size);
    v1::CreateBlobResponse response;
    const absl::Status status = session.client().Call("CreateBlob", request, &response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.max_chunk(), kChunk);
    return response.blob();
  }
  v1::WriteBlobRequest Head(WireSession& session, uint64_t blob, int64_t offset) {
    v1::WriteBlobRequest request;
    *request.mutable_scope() = session.Scope();
    request.set_blob(blob);
    request.set_offset(offset);
    return request;
  }
  Uploaded Upload(WireSession& session, uint64_t blob, const std::string& data, int64_t offset) {
    auto stream = session.client().Open("WriteBlob");
    v1::WriteBlobRequest request = Head(session, blob, offset);
    bool sent = true;
    for (int64_t at = offset; sent && at < static_cast<int64_t>(data.size()); at += kChunk) {
      request.set_data(data.substr(at, kChunk));
      sent = stream->Write(request.SerializeAsString());
      request.Clear();
    }
    Uploaded uploaded;
    if (sent) {
      stream->WritesDone();
      if (const auto bytes = stream->Read()) (void)uploaded.response.ParseFromString(*bytes);
    }
    uploaded.status = stream->Finish();
    return uploaded;
  }
  // Appends what comes to `data`; how it ended.
  absl::Status Download(WireSession& session, uint64_t blob, std::string* data) {
    v1::ReadBlobRequest request;
    *request.mutable_scope() = session.Scope();
    request.set_blob(blob);
    request.set_offset(static_cast<int64_t>(data->size()));
    auto stream = session.client().Open("ReadBlob");
    stream->Write(request.SerializeAsString());
    stream->WritesDone();
    while (const auto bytes = stream->Read()) {
      v1::ReadBlobResponse response;
      EXPECT_TRUE(response.ParseFromString(*bytes));
      EXPECT_EQ(response.offset(), static_cast<int64_t>(data->size()));
      data->append(response.data());
    }
    return stream->Finish();
  }
  v1::GetBlobResponse Progress(WireSession& session, uint64_t blob) {
    v1::GetBlobRequest request;
    *request.mutable_scope() = session.Scope();
    request.set_blob(blob);
    v1::GetBlobResponse response;
    EXPECT_TRUE(session.client().Call("GetBlob", request, &response).ok());
    return response;
  }
  int64_t BytesOf(WireSession& session) {
    v1::GetSessionRequest request;
    request.set_session_id(session.id());
    request.set_secret(session.secret());
    v1::GetSessionResponse response;
    EXPECT_TRUE(session.client().Call("GetSession", request, &response).ok());
    return response.tensor_bytes();
  }
  // The status of an upload of one message, and of what the blob has afterwards.
  absl::Status Send(const std::vector<v1::WriteBlobRequest>& messages) {
    auto stream = client_.Open("WriteBlob");
    for (const v1::WriteBlobRequest& message : messages) {
      if (!stream->Write(message.SerializeAsString())) break;
    }
    stream->WritesDone();
    (void)stream->Read();
    return stream->Finish();
  }

  FakeClock clock_;
  TestServer server_{TestServer::DefaultConfig(), &clock_};
  WireClient client_{server_.target()};
  WireSession session_{client_};
};

TEST_F(BlobTest, ThreeHundredMegabytesThereAndBackWithBreaks) {
  constexpr int64_t kBytes = 300'000'000;
  const std::string data = Pattern(kBytes);
  CuttingProxy proxy(server_.target());
  WireClient client(proxy.target());
  WireSession session(client);
  const uint64_t blob = CreateBlob(session, kBytes);

  // Up: the connection breaks in the middle, and the upload goes on where it was.
  {
    auto stream = client.Open("WriteBlob");
    v1::WriteBlobRequest request = Head(session, blob, 0);
    for (int64_t at = 0; at < kBytes / 2; at += kChunk) {
      request.set_data(data.substr(at, kChunk));
      ASSERT_TRUE(stream->Write(request.SerializeAsString()));
      request.Clear();
    }
    proxy.Cut();
    EXPECT_FALSE(stream->Finish().ok());
  }
  const int64_t received = Progress(session, blob).received();
  EXPECT_GT(received, 0);
  EXPECT_EQ(received % kChunk, 0);
  const Uploaded uploaded = Upload(session, blob, data, received);
  ASSERT_TRUE(uploaded.status.ok()) << uploaded.status;
  EXPECT_EQ(uploaded.response.received(), kBytes);

  v1::CreateTensorRequest create;
  *create.mutable_scope() = session.Scope();
  create.set_handle(session.Handle(1));
  create.set_blob(blob);
  create.mutable_spec()->set_dtype(v1::DTYPE_FLOAT32);
  create.mutable_spec()->add_shape(kBytes / 4);
  v1::CreateTensorResponse created;
  ASSERT_TRUE(client.Call("CreateTensor", create, &created).ok());

  v1::FetchRequest fetch;
  *fetch.mutable_scope() = session.Scope();
  fetch.set_handle(session.Handle(1));
  v1::FetchResponse fetched;
  ASSERT_TRUE(client.Call("Fetch", fetch, &fetched).ok());
  EXPECT_TRUE(fetched.tensor().data().empty());
  ASSERT_NE(fetched.blob(), 0u);
  EXPECT_EQ(Progress(session, fetched.blob()).size(), kBytes);

  std::string back;
  proxy.CutAfterBytesFromServer(kBytes / 3);
  EXPECT_FALSE(Download(session, fetched.blob(), &back).ok());
  EXPECT_GT(back.size(), 0u);
  EXPECT_LT(back.size(), data.size());
  ASSERT_TRUE(Download(session, fetched.blob(), &back).ok());
  EXPECT_TRUE(back == data);
  // The tensor, its blob and its download are one memory where the device's is the host's.
  // Elsewhere the tensor has its own; its blob is gone, and the download is in the host's.
  const int64_t copies = testing::TestDevice().kind == DeviceKind::kCpu ? 1 : 2;
  EXPECT_LT(BytesOf(session), copies * kBytes + kBytes / 10);

  v1::DeleteBlobRequest remove;
  *remove.mutable_scope() = session.Scope();
  remove.set_blob(fetched.blob());
  v1::DeleteBlobResponse removed;
  EXPECT_TRUE(client.Call("DeleteBlob", remove, &removed).ok());
  EXPECT_EQ(client.Call("DeleteBlob", remove, &removed).code(), Code::kNotFound);
}

TEST_F(BlobTest, RefusesWhatIsOutOfOrder) {
  const uint64_t blob = CreateBlob(session_, 100);
  v1::WriteBlobRequest no_head;
  no_head.set_data("abc");
  EXPECT_EQ(Send({no_head}).code(), Code::kInvalidArgument);
  EXPECT_EQ(Send({}).code(), Code::kInvalidArgument);
  v1::WriteBlobRequest first = Head(session_, blob, 0);
  first.set_data("abc");
  EXPECT_EQ(Send({first, first}).code(), Code::kInvalidArgument);  // two headers
  EXPECT_EQ(Progress(session_, blob).received(), 3);
  EXPECT_EQ(Send({first}).code(), Code::kInvalidArgument);  // overlap
  v1::WriteBlobRequest gap = Head(session_, blob, 50);
  gap.set_data("abc");
  EXPECT_EQ(Send({gap}).code(), Code::kInvalidArgument);
  v1::WriteBlobRequest negative = Head(session_, blob, -3);
  negative.set_data("abc");
  EXPECT_EQ(Send({negative}).code(), Code::kInvalidArgument);
  v1::WriteBlobRequest past = Head(session_, blob, 3);
  past.set_data(std::string(98, 'x'));
  EXPECT_EQ(Send({past}).code(), Code::kInvalidArgument);
  EXPECT_EQ(Send({Head(session_, blob, 3)}).code(), Code::kInvalidArgument);  // no end
  EXPECT_EQ(Progress(session_, blob).received(), 3);
  v1::WriteBlobRequest large = Head(session_, CreateBlob(session_, 2 * kChunk), 0);
  large.set_data(std::string(kChunk + 1, 'x'));
  EXPECT_EQ(Send({large}).code(), Code::kResourceExhausted);
  v1::WriteBlobRequest nowhere = Head(session_, 12345, 0);
  EXPECT_EQ(Send({nowhere}).code(), Code::kNotFound);
  v1::WriteBlobRequest rest = Head(session_, blob, 3);
  rest.set_data(std::string(97, 'x'));
  EXPECT_TRUE(Send({rest}).ok());
}

TEST_F(BlobTest, RefusesSizesAndOffsetsThatAreNone) {
  v1::CreateBlobRequest create;
  *create.mutable_scope() = session_.Scope();
  v1::CreateBlobResponse created;
  create.set_size(-1);
  EXPECT_EQ(client_.Call("CreateBlob", create, &created).code(), Code::kInvalidArgument);
  create.set_size(INT64_MAX);
  EXPECT_EQ(client_.Call("CreateBlob", create, &created).code(), Code::kResourceExhausted);
  create.set_size(0);
  ASSERT_TRUE(client_.Call("CreateBlob", create, &created).ok());
  std::string data;
  EXPECT_TRUE(Download(session_, created.blob(), &data).ok());
  EXPECT_EQ(Download(session_, 999, &data).code(), Code::kNotFound);
  data = "one byte too far";
  EXPECT_EQ(Download(session_, created.blob(), &data).code(), Code::kInvalidArgument);
  const uint64_t incomplete = CreateBlob(session_, 10);
  data.clear();
  EXPECT_EQ(Download(session_, incomplete, &data).code(), Code::kFailedPrecondition);
}

TEST_F(BlobTest, StalledUploadEndsAndItsMemoryIsFreed) {
  const int64_t before = BytesOf(session_);
  const uint64_t blob = CreateBlob(session_, 50 << 20);
  EXPECT_GE(BytesOf(session_), before + (50 << 20));
  auto stream = client_.Open("WriteBlob");
  v1::WriteBlobRequest first = Head(session_, blob, 0);
  first.set_data("abc");
  ASSERT_TRUE(stream->Write(first.SerializeAsString()));
  while (Progress(session_, blob).received() < 3) absl::SleepFor(absl::Milliseconds(5));
  // The first look sees that something came, the second that nothing did since.
  clock_.Advance(absl::Seconds(61));
  absl::SleepFor(absl::Milliseconds(300));
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(stream->Finish().code(), Code::kDeadlineExceeded);
  EXPECT_EQ(BytesOf(session_), before);
}

TEST_F(BlobTest, StalledCallLeavesTheBlobToTheOneThatGoesOn) {
  const uint64_t blob = CreateBlob(session_, 6);
  const auto await = [&](int64_t received) {
    while (Progress(session_, blob).received() < received) absl::SleepFor(absl::Milliseconds(5));
  };
  // Half-open: the client has given it up, but its server has not heard of that.
  auto old = client_.Open("WriteBlob");
  v1::WriteBlobRequest first = Head(session_, blob, 0);
  first.set_data("abc");
  ASSERT_TRUE(old->Write(first.SerializeAsString()));
  await(3);
  clock_.Advance(absl::Seconds(61));
  absl::SleepFor(absl::Milliseconds(300));
  // The client goes on with another call; the old one's time runs out.
  auto next = client_.Open("WriteBlob");
  v1::WriteBlobRequest second = Head(session_, blob, 3);
  second.set_data("d");
  ASSERT_TRUE(next->Write(second.SerializeAsString()));
  await(4);
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(old->Finish().code(), Code::kDeadlineExceeded);
  v1::WriteBlobRequest rest;
  rest.set_data("ef");
  ASSERT_TRUE(next->Write(rest.SerializeAsString()));
  next->WritesDone();
  (void)next->Read();
  EXPECT_TRUE(next->Finish().ok());
  std::string data;
  EXPECT_TRUE(Download(session_, blob, &data).ok());
  EXPECT_EQ(data, "abcdef");
}

TEST_F(BlobTest, BlobOfACommandThatFailsOrIsSkippedIsGone) {
  const int64_t before = BytesOf(session_);
  const auto create = [&](uint64_t sequence, int64_t elements) {
    const uint64_t blob = CreateBlob(session_, 4'000'000);
    EXPECT_TRUE(Upload(session_, blob, Pattern(4'000'000), 0).status.ok());
    v1::Command command = session_.Create(sequence, session_.Handle(sequence), {});
    command.mutable_create_tensor()->set_blob(blob);
    command.mutable_create_tensor()->mutable_spec()->set_shape(0, elements);
    return command;
  };
  WireExecute stream(session_);
  ASSERT_TRUE(stream.Send({create(1, 999), create(2, 1'000'000)}));  // wrong size; skipped
  ASSERT_TRUE(stream.AwaitApplied(2));
  EXPECT_TRUE(stream.AwaitResult(2)->has_status());
  EXPECT_EQ(BytesOf(session_), before);
}

TEST_F(BlobTest, NeedsAnAttachment) {
  v1::CreateBlobRequest create;
  *create.mutable_scope() = session_.Scope();
  create.mutable_scope()->set_attachment(0);
  v1::CreateBlobResponse created;
  EXPECT_EQ(client_.Call("CreateBlob", create, &created).code(), Code::kInvalidArgument);
  create.mutable_scope()->set_attachment(77);
  EXPECT_EQ(client_.Call("CreateBlob", create, &created).code(), Code::kNotFound);
}

TEST(Blob, ChunksFitIntoMessages) {
  constexpr int64_t kMessage = 64 << 10;
  Config config = TestServer::DefaultConfig();
  config.max_message_bytes = kMessage;
  config.max_inline_bytes = 1000;
  TestServer server(config);
  WireClient client(server.target());
  WireSession session(client);
  v1::CreateBlobRequest create;
  *create.mutable_scope() = session.Scope();
  create.set_size(kMessage);
  v1::CreateBlobResponse created;
  ASSERT_TRUE(client.Call("CreateBlob", create, &created).ok());
  ASSERT_LT(created.max_chunk(), kMessage);
  v1::WriteBlobRequest request;
  *request.mutable_scope() = session.Scope();
  request.set_blob(created.blob());
  auto stream = client.Open("WriteBlob");
  request.set_data(std::string(created.max_chunk(), 'x'));
  ASSERT_TRUE(stream->Write(request.SerializeAsString()));
  request.Clear();
  request.set_data(std::string(kMessage - created.max_chunk(), 'x'));
  ASSERT_TRUE(stream->Write(request.SerializeAsString()));
  stream->WritesDone();
  EXPECT_TRUE(stream->Read());
  const absl::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(BlobTest, SlowDownloadIsBrokenOff) {
  const uint64_t blob = CreateBlob(session_, 64 << 20);
  ASSERT_TRUE(Upload(session_, blob, Pattern(64 << 20), 0).status.ok());
  auto stream = client_.Open("ReadBlob");
  v1::ReadBlobRequest request;
  *request.mutable_scope() = session_.Scope();
  request.set_blob(blob);
  ASSERT_TRUE(stream->Write(request.SerializeAsString()));
  absl::SleepFor(absl::Milliseconds(200));
  clock_.Advance(absl::Seconds(61));
  absl::SleepFor(absl::Milliseconds(300));
  clock_.Advance(absl::Seconds(61));
  absl::SleepFor(absl::Milliseconds(300));
  while (stream->Read()) {
  }
  EXPECT_FALSE(stream->Finish().ok());
  EXPECT_TRUE(session_.CreateTensor(session_.Handle(1), {1}).ok());
}

}  // namespace
}  // namespace gradd::server
