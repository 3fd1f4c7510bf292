// The stream of commands.
#include <utility>

#include "server/handlers/methods.h"
#include "server/handlers/registration.h"

namespace gradd::server {
namespace {

struct ExecuteHandler final : ExecuteStream {
  ExecuteHandler(RefPtr<Call> call, Services& services)
      : ExecuteStream(std::move(call), services.execute) {}
};

}  // namespace

void AddExecuteMethods(Services& services, MethodTable& methods) {
  methods.Add(StreamMethod<ExecuteHandler>(kGradientService, "Execute", services));
}

}  // namespace gradd::server
