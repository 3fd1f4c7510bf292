// Calls over real connections, bytes as the test wants them: the client that a server must survive.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include <google/protobuf/message_lite.h>

#include "tests/support/patience.h"

namespace grpc {
class Channel;
}

namespace gradd::server {

struct CallOptions {
  absl::Duration timeout = testing::kPatience;  // infinite: no deadline
  std::map<std::string, std::string> metadata = {};
  bool gzip = false;
};

struct ChannelOptions {
  // PEM texts; with `root_certificates` the connection uses TLS.
  std::string root_certificates = {};
  std::string certificate = {};
  std::string key = {};
};

// A stream of raw messages. Used by one thread.
class WireStream {
 public:
  ~WireStream();

  // False when the stream is over, or the message does not leave within `timeout`; then the stream
  // can only be cancelled.
  bool Write(absl::string_view message, absl::Duration timeout = testing::kPatience);
  bool WritesDone();
  // The next message. Nothing when the stream is over or none comes within `timeout`.
  std::optional<std::string> Read(absl::Duration timeout = testing::kPatience);
  // How it ended; waits for that.
  absl::Status Finish(absl::Duration timeout = testing::kPatience);
  void Cancel();

 private:
  friend class WireClient;
  struct Impl;
  explicit WireStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One connection. Thread-safe.
class WireClient {
 public:
  explicit WireClient(const std::string& target, const ChannelOptions& options = {});

  // `method`: "Forward", or the full "/package.Service/Method".
  absl::Status CallRaw(absl::string_view method, absl::string_view request, std::string* response,
                       const CallOptions& options = {});
  template <class Response>
  absl::Status Call(absl::string_view method, const google::protobuf::MessageLite& request,
                    Response* response, const CallOptions& options = {}) {
    std::string bytes;
    absl::Status status = CallRaw(method, request.SerializeAsString(), &bytes, options);
    if (status.ok() && !response->ParseFromString(bytes)) return absl::DataLossError("response");
    return status;
  }
  std::unique_ptr<WireStream> Open(absl::string_view method, const CallOptions& options = {});

 private:
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace gradd::server
