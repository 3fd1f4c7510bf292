// From a handler's function to a row of the method table.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "server/handlers/services.h"
#include "server/rpc/method_table.h"
#include "server/rpc/unary.h"

namespace gradd::server {

inline constexpr absl::string_view kGradientService = "/gradd.v1.GradientService/";

// The method's row, whose calls are served by `serve`.
Method UnaryMethod(absl::string_view service, absl::string_view name, Services& services,
                   UnaryCall::Serve serve);

// A handler that has its answer at once. Runs on the poller, so it must be quick.
template <class Request, class Response>
Method Handle(absl::string_view service, absl::string_view name, Services& services,
              absl::StatusOr<Response> (*handler)(Services&, const Request&)) {
  return UnaryMethod(service, name, services,
                     [&services, handler](Message& bytes, const RefPtr<UnaryCall>& call) {
                       Request request;
                       if (absl::Status status = ParseRequest(bytes, &request); !status.ok()) {
                         return call->Fail(status);
                       }
                       Reply<Response> reply(call);
                       reply(handler(services, request));
                     });
}

// A handler that answers later, from a session's strand.
template <class Request, class Response>
Method HandleLater(absl::string_view service, absl::string_view name, Services& services,
                   void (*handler)(Services&, const Request&, Reply<Response>)) {
  return UnaryMethod(service, name, services,
                     [&services, handler](Message& bytes, const RefPtr<UnaryCall>& call) {
                       Request request;
                       if (absl::Status status = ParseRequest(bytes, &request); !status.ok()) {
                         return call->Fail(status);
                       }
                       handler(services, request, Reply<Response>(call));
                     });
}

// A method whose calls are served by a `Handler(call, services)` of their own.
template <class Handler>
Method StreamMethod(absl::string_view service, absl::string_view name, Services& services) {
  Method method;
  method.name = absl::StrCat(service, name);
  method.is_stream = true;
  method.serve = [&services](RefPtr<Call> call) -> RefPtr<CallHandler> {
    return MakeRef<Handler>(std::move(call), services);
  };
  return method;
}

}  // namespace gradd::server
