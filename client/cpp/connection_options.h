// How to reach a server, and what session to have there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gradd {
inline namespace client {

struct ConnectionOptions {
  // "host:port" or "unix:/path". Empty: the environment's GRADD_TARGET, else "localhost:50051".
  std::string target;

  // PEM texts. Without `tls` the connection is in the clear.
  struct Tls {
    std::string root_certificates;  // empty: the system's
    std::string certificate;        // of this client, where the server asks for one
    std::string private_key;
    std::string server_name;  // expected instead of the target's host
  };
  std::optional<Tls> tls;
  // A bearer token, sent with every call.
  std::string token;

  // Of the new session. Empty, absent, zero: what the server chooses.
  std::string device;
  std::optional<uint64_t> seed;
  std::chrono::milliseconds lease{0};
  // As torch.backends.cuda.matmul.allow_tf32: products of float32 matrices on CUDA devices round
  // their factors to TensorFloat-32, 10 bits of fraction instead of 23. Other devices ignore it.
  bool allow_tf32 = false;

  // To use a session that another client made; it then stays when this connection ends.
  std::string session_id;
  std::string secret;

  // Every command waits for the server, so that an error appears at its own line. Absent: the
  // environment's GRADD_SYNC=1.
  std::optional<bool> sync;

  std::chrono::milliseconds connect_timeout{10'000};
  // A broken connection is opened again for so long before it counts as lost.
  std::chrono::milliseconds reconnect_timeout{60'000};
  // How long ending a connection waits for commands that are still under way.
  std::chrono::milliseconds close_timeout{5'000};
};

// What the environment says about fields that are empty.
ConnectionOptions WithEnvironment(ConnectionOptions options);

}  // namespace client
}  // namespace gradd
