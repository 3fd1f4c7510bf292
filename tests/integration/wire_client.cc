#include "tests/integration/wire_client.h"

#include <chrono>
#include <utility>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "proto/codec/status.h"

namespace gradd::server {
namespace {

std::string FullName(absl::string_view method) {
  if (method[0] == '/') return std::string(method);
  return absl::StrCat("/gradd.v1.GradientService/", method);
}

grpc::ByteBuffer ToBuffer(absl::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (buffer.Valid()) (void)buffer.Dump(&slices);
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

absl::Status ToStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return codec::DecodeStatusDetails(status.error_code(), status.error_message(),
                                    status.error_details());
}

void Prepare(const CallOptions& options, grpc::ClientContext& context) {
  if (options.timeout != absl::InfiniteDuration()) {
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoMicroseconds(options.timeout));
  }
  for (const auto& [key, value] : options.metadata) context.AddMetadata(key, value);
  if (options.gzip) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
}

std::shared_ptr<grpc::Channel> Connect(const std::string& target, const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  if (options.root_certificates.empty()) {
    return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
  }
  grpc::SslCredentialsOptions tls{options.root_certificates, options.key, options.certificate};
  arguments.SetSslTargetNameOverride("localhost");
  return grpc::CreateCustomChannel(target, grpc::SslCredentials(tls), arguments);
}

}  // namespace

struct WireStream::Impl {
  enum Tag : intptr_t { kNone, kStart, kRead, kWrite, kFinish };

  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream;
  grpc::ByteBuffer incoming;
  bool reading = false;
  bool stuck = false;  // a write that did not end in time
  std::map<Tag, bool> completed;

  bool Await(Tag tag, absl::Duration timeout, bool* ok) {
    const auto until = std::chrono::system_clock::now() + absl::ToChronoMicroseconds(timeout);
    while (!completed.contains(tag)) {
      void* got;
      bool got_ok;
      if (queue.AsyncNext(&got, &got_ok, until) != grpc::CompletionQueue::GOT_EVENT) return false;
      completed[static_cast<Tag>(reinterpret_cast<intptr_t>(got))] = got_ok;
    }
    *ok = completed.extract(tag).mapped();
    return true;
  }
  static void* TagOf(Tag tag) { return reinterpret_cast<void*>(static_cast<intptr_t>(tag)); }
};

WireStream::WireStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WireStream::~WireStream() {
  impl_->context.TryCancel();
  impl_->queue.Shutdown();
  void* tag;
  bool ok;
  while (impl_->queue.Next(&tag, &ok)) {
  }
}

bool WireStream::Write(absl::string_view message, absl::Duration timeout) {
  if (impl_->stuck) return false;
  impl_->stream->Write(ToBuffer(message), Impl::TagOf(Impl::kWrite));
  bool ok = false;
  impl_->stuck = !impl_->Await(Impl::kWrite, timeout, &ok);
  return !impl_->stuck && ok;
}

bool WireStream::WritesDone() {
  if (impl_->stuck) return false;
  impl_->stream->WritesDone(Impl::TagOf(Impl::kWrite));
  bool ok = false;
  return impl_->Await(Impl::kWrite, testing::kPatience, &ok) && ok;
}

std::optional<std::string> WireStream::Read(absl::Duration timeout) {
  if (!impl_->reading) {
    impl_->stream->Read(&impl_->incoming, Impl::TagOf(Impl::kRead));
    impl_->reading = true;
  }
  bool ok = false;
  if (!impl_->Await(Impl::kRead, timeout, &ok)) return std::nullopt;
  impl_->reading = false;
  if (!ok) return std::nullopt;
  return ToString(impl_->incoming);
}

absl::Status WireStream::Finish(absl::Duration timeout) {
  grpc::Status status;
  impl_->stream->Finish(&status, Impl::TagOf(Impl::kFinish));
  bool ok = false;
  if (!impl_->Await(Impl::kFinish, timeout, &ok)) {
    // The status must outlive the operation.
    impl_->context.TryCancel();
    (void)impl_->Await(Impl::kFinish, testing::kPatience, &ok);
    return absl::DeadlineExceededError("the stream does not end");
  }
  return ToStatus(status);
}

void WireStream::Cancel() { impl_->context.TryCancel(); }

WireClient::WireClient(const std::string& target, const ChannelOptions& options)
    : channel_(Connect(target, options)) {}

absl::Status WireClient::CallRaw(absl::string_view method, absl::string_view request,
                                 std::string* response, const CallOptions& options) {
  grpc::ClientContext context;
  Prepare(options, context);
  context.set_wait_for_ready(options.timeout != absl::InfiniteDuration());
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel_);
  auto call = stub.PrepareUnaryCall(&context, FullName(method), ToBuffer(request), &queue);
  call->StartCall();
  grpc::ByteBuffer bytes;
  grpc::Status status;
  call->Finish(&bytes, &status, nullptr);
  void* tag;
  bool ok;
  queue.Next(&tag, &ok);
  *response = ToString(bytes);
  return ToStatus(status);
}

std::unique_ptr<WireStream> WireClient::Open(absl::string_view method, const CallOptions& options) {
  auto impl = std::make_unique<WireStream::Impl>();
  Prepare(options, impl->context);
  impl->context.set_wait_for_ready(true);
  grpc::GenericStub stub(channel_);
  impl->stream = stub.PrepareCall(&impl->context, FullName(method), &impl->queue);
  impl->stream->StartCall(WireStream::Impl::TagOf(WireStream::Impl::kStart));
  bool ok = false;
  (void)impl->Await(WireStream::Impl::kStart, testing::kPatience, &ok);
  return std::unique_ptr<WireStream>(new WireStream(std::move(impl)));
}

}  // namespace gradd::server
