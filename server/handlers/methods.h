// Every method of the server.
#pragma once

#include "server/handlers/services.h"
#include "server/rpc/method_table.h"

namespace gradd::server {

// `services` outlives the table. To add an RPC, write its handler and add it to the list of its
// file.
MethodTable MakeMethods(Services& services);

// Each file's list.
void AddSessionMethods(Services& services, MethodTable& methods);
void AddCommandMethods(Services& services, MethodTable& methods);
void AddExecuteMethods(Services& services, MethodTable& methods);
void AddBlobMethods(Services& services, MethodTable& methods);
void AddCatalogMethods(Services& services, MethodTable& methods);
void AddHealthMethods(Services& services, MethodTable& methods);
void AddReflectionMethods(Services& services, MethodTable& methods);

}  // namespace gradd::server
