// TLS, client certificates and bearer tokens.
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "gmock/gmock.h"
#include "grpc/health/v1/health.pb.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "proto/codec/status.h"
#include "tests/integration/shell.h"
#include "tests/integration/wire_session.h"
#include "tests/support/patience.h"
#include "tests/support/server_fixture.h"

namespace gradd::server {
namespace {

using Code = absl::StatusCode;

// An authority, a server's certificate for "localhost" and a client's, made anew.
class Certificates {
 public:
  Certificates() : folder_(absl::StrCat(::testing::TempDir(), "gradd-tls-", getpid())) {
    const ShellResult made =
        Shell(absl::StrCat("mkdir -p ", folder_, " && cd ", folder_, R"( && exec 2>&1
        authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" \
                        -keyout $1.key -out $1.pem; }
        signed() { openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout $1.key -out $1.csr &&
          printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' >$1.ext &&
          openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 2 \
            -extfile $1.ext -out $1.pem; }
        authority ca && authority stranger && signed server ca && signed client ca &&
          signed other stranger)"));
    EXPECT_EQ(made.status, 0) << made.output;
  }
  ~Certificates() { (void)Shell("rm -rf " + folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Content(const std::string& name) const {
    std::ifstream file(Path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  ChannelOptions Client(const std::string& name) const {
    ChannelOptions options;
    options.root_certificates = Content("ca.pem");
    if (!name.empty()) {
      options.certificate = Content(name + ".pem");
      options.key = Content(name + ".key");
    }
    return options;
  }

 private:
  const std::string folder_;
};

// A handshake that fails is tried again until the call's time is over.
constexpr absl::Duration kRefusal = absl::Seconds(2);

bool IsServed(const std::string& target, const ChannelOptions& options, absl::Duration timeout) {
  WireClient client(target, options);
  v1::GetServerResponse response;
  return client.Call("GetServer", v1::GetServerRequest(), &response, {.timeout = timeout}).ok();
}

TEST(Security, MutualTls) {
  const Certificates certificates;
  Config config = TestServer::DefaultConfig();
  config.tls_cert = certificates.Path("server.pem");
  config.tls_key = certificates.Path("server.key");
  config.tls_client_ca = certificates.Path("ca.pem");
  TestServer server(config);
  EXPECT_TRUE(IsServed(server.target(), certificates.Client("client"), testing::kPatience));
  EXPECT_FALSE(IsServed(server.target(), certificates.Client(""), kRefusal));
  EXPECT_FALSE(IsServed(server.target(), certificates.Client("other"), kRefusal));
  EXPECT_FALSE(IsServed(server.target(), {}, kRefusal));  // plaintext
  WireClient client(server.target(), certificates.Client("client"));
  WireSession session(client);
  EXPECT_TRUE(session.CreateTensor(session.Handle(1), {1}).ok());
}

TEST(Security, TlsWithoutClientCertificates) {
  const Certificates certificates;
  Config config = TestServer::DefaultConfig();
  config.tls_cert = certificates.Path("server.pem");
  config.tls_key = certificates.Path("server.key");
  TestServer server(config);
  EXPECT_TRUE(IsServed(server.target(), certificates.Client(""), testing::kPatience));
  EXPECT_FALSE(IsServed(server.target(), {}, kRefusal));
}

TEST(Security, FilesThatAreNoneAreNamed) {
  const Certificates certificates;
  Config config = TestServer::DefaultConfig();
  config.tls_cert = certificates.Path("server.key");
  config.tls_key = certificates.Path("server.key");
  EXPECT_THAT(std::string(Environment::Start(config).status().message()),
              ::testing::HasSubstr("server.key"));
  config.tls_cert = "/no/such/file";
  EXPECT_THAT(std::string(Environment::Start(config).status().message()),
              ::testing::HasSubstr("/no/such/file"));
}

TEST(Security, BearerTokens) {
  const std::string path = absl::StrCat(::testing::TempDir(), "gradd-tokens-", getpid());
  std::ofstream(path) << "a-token-that-is-long\nan-old-token-of-somebody 2001-01-01T00:00:00Z\n";
  Config config = TestServer::DefaultConfig();
  config.token_file = path;
  TestServer server(config);
  WireClient client(server.target());
  const auto call = [&](const std::string& method, const std::string& authorization) {
    CallOptions options;
    if (!authorization.empty()) options.metadata["authorization"] = authorization;
    std::string bytes;
    return client.CallRaw(method, "", &bytes, options);
  };
  EXPECT_TRUE(call("GetServer", "Bearer a-token-that-is-long").ok());
  EXPECT_EQ(call("GetServer", "").code(), Code::kUnauthenticated);
  EXPECT_EQ(call("GetServer", "Bearer wrong").code(), Code::kUnauthenticated);
  EXPECT_EQ(ErrorReason(call("GetServer", "Bearer an-old-token-of-somebody")), "TOKEN_EXPIRED");
  // Before everything else: also before a method is known not to exist.
  EXPECT_EQ(call("NoSuchMethod", "").code(), Code::kUnauthenticated);
  EXPECT_EQ(call("Execute", "").code(), Code::kUnauthenticated);
  // Health is open, for those who watch over the server.
  EXPECT_TRUE(call("/grpc.health.v1.Health/Check", "").ok());
  absl::Status status;
  for (int i = 0; i < 100; ++i) {
    status = call("GetServer", absl::StrCat("Bearer guess", i));
    if (status.code() == Code::kResourceExhausted) break;
  }
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_TRUE(codec::RetryDelay(status));
  EXPECT_TRUE(call("GetServer", "Bearer a-token-that-is-long").ok());
  (void)std::remove(path.c_str());
}

}  // namespace
}  // namespace gradd::server
