#include "server/handlers/registration.h"

namespace gradd::server {

Method UnaryMethod(absl::string_view service, absl::string_view name, Services& services,
                   UnaryCall::Serve serve) {
  Method method;
  method.name = absl::StrCat(service, name);
  method.serve = [&services, serve = std::move(serve)](RefPtr<Call> call) -> RefPtr<CallHandler> {
    return MakeRef<UnaryCall>(std::move(call), services.unary, serve);
  };
  return method;
}

}  // namespace gradd::server
