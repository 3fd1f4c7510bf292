// What this server can do.
#include "core/ops/op_table.h"
#include "gradd/v1/gradient_service.pb.h"
#include "server/handlers/methods.h"
#include "server/handlers/registration.h"
#include "server/version.h"

namespace gradd::server {
namespace {

absl::StatusOr<v1::GetServerResponse> GetServer(Services& services, const v1::GetServerRequest&) {
  v1::GetServerResponse response;
  response.set_version(kVersion);
  response.set_instance(services.sessions.secrets().instance());
  for (const DeviceId device : services.devices) response.add_devices(ToString(device));
  response.set_default_device(ToString(services.sessions.options().session.device));
  return response;
}

absl::StatusOr<v1::ListOpsResponse> ListOps(Services&, const v1::ListOpsRequest&) {
  v1::ListOpsResponse response;
  for (const Op* op : AllOps()) {
    if (op->is_internal) continue;
    v1::OpDescription& description = *response.add_ops();
    description.set_name(op->name);
    description.set_doc(op->doc);
    for (const std::string& input : op->inputs) description.add_inputs(input);
    for (const AttributeDef& attribute : op->attributes) {
      v1::AttributeDescription& described = *description.add_attributes();
      described.set_name(attribute.name);
      described.set_kind(std::string(Name(attribute.kind)));
      described.set_optional(attribute.optional ||
                             !std::holds_alternative<std::monostate>(attribute.fallback));
    }
    description.set_hash(op->hash);
    description.set_differentiable(op->differentiable());
    description.set_data_dependent(op->is_data_dependent);
    description.set_variadic(op->is_variadic);
    description.set_has_in_place_form(op->has_in_place_form());
    for (const OpArgument argument : ArgumentsOf(*op)) {
      description.add_arguments(NameOf(*op, argument));
    }
  }
  return response;
}

}  // namespace

void AddCatalogMethods(Services& services, MethodTable& methods) {
  methods.Add(Handle(kGradientService, "GetServer", services, &GetServer));
  methods.Add(Handle(kGradientService, "ListOps", services, &ListOps));
}

}  // namespace gradd::server
