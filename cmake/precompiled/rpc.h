// What almost every source that calls gRPC includes.
#include "cmake/precompiled/wire.h"
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
