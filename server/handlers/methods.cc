#include "server/handlers/methods.h"

namespace gradd::server {

MethodTable MakeMethods(Services& services) {
  MethodTable methods;
  AddSessionMethods(services, methods);
  AddCommandMethods(services, methods);
  AddExecuteMethods(services, methods);
  AddBlobMethods(services, methods);
  AddCatalogMethods(services, methods);
  AddHealthMethods(services, methods);
  if (services.reflection) AddReflectionMethods(services, methods);
  return methods;
}

}  // namespace gradd::server
