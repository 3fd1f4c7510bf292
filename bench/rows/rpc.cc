// Flags: --target; for the anchor also --replies_of, a Gradd whose reply the bare server repeats,
// so that both move the same bytes through the same client.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bare/bare_stream.h"
#include "bench/rows/rows.h"
#include "gradd/v1/gradient_service.grpc.pb.h"

namespace gradd::bench {
namespace {

using Stub = v1::GradientService::Stub;
template <class Request, class Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

template <class Request, class Response>
Response Call(Stub& stub, Method<Request, Response> method, const Request& request) {
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  Require(status.ok(), status.error_message());
  return response;
}

constexpr int kCalls = 1000;

// The median in microseconds.
template <class Request, class Response>
double MedianCall(Stub& stub, Method<Request, Response> method, const Request& request) {
  std::vector<double> micros;
  for (int i = 0; i < kCalls; ++i) {
    const Stopwatch one;
    Call(stub, method, request);
    micros.push_back(one.Micros());
  }
  std::nth_element(micros.begin(), micros.begin() + micros.size() / 2, micros.end());
  return micros[micros.size() / 2];
}

template <class Request, class Response>
Sample Measure(const Flags& flags, Method<Request, Response> method, const Request& request) {
  const auto channel = Connect(flags.Text("target", ""));
  if (const std::string gradd = flags.Text("replies_of", ""); !gradd.empty()) {
    const auto stub = v1::GradientService::NewStub(Connect(gradd));
    CallBare(channel, "/bare/SetReply", Call(*stub, method, request).SerializeAsString());
  }
  const std::shared_ptr<Stub> stub = v1::GradientService::NewStub(channel);
  (void)MedianCall(*stub, method, request);
  return [=] { return MedianCall(*stub, method, request); };
}

}  // namespace

// The smallest request there is; it touches no session.
Sample UnaryCall(const Flags& flags) {
  return Measure(flags, &Stub::GetServer, v1::GetServerRequest());
}

// The smallest that is a command: it is checked, and goes over the session's strand.
Sample UnaryCallOfSession(const Flags& flags) {
  const std::string gradd = flags.Text("replies_of", flags.Text("target", ""));
  const auto stub = v1::GradientService::NewStub(Connect(gradd));
  const auto session = Call(*stub, &Stub::CreateSession, v1::CreateSessionRequest());
  v1::AttachRequest attach;
  attach.set_session_id(session.session_id());
  attach.set_secret(session.secret());
  v1::ReleaseRequest request;
  request.mutable_scope()->set_session_id(session.session_id());
  request.mutable_scope()->set_secret(session.secret());
  request.mutable_scope()->set_attachment(
      Call(*stub, &Stub::Attach, std::as_const(attach)).attachment());
  return Measure(flags, &Stub::Release, request);
}

}  // namespace gradd::bench
