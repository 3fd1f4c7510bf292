// gradctl health
#include "grpc/health/v1/health.pb.h"
#include <grpcpp/support/byte_buffer.h>

#include "client/cli/command.h"
#include "client/cli/target.h"
#include "client/cpp/channel.h"
#include "client/cpp/raw_call.h"
#include "core/base/status.h"

namespace gradd::cli {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

absl::StatusOr<HealthCheckResponse> Check(const ConnectionOptions& options,
                                          const std::string& service) {
  RawCall call(MakeChannel(options));
  call.context().set_deadline(std::chrono::system_clock::now() + options.connect_timeout);
  for (const auto& [key, value] : MakeMetadata(options)) call.context().AddMetadata(key, value);
  call.Start("/grpc.health.v1.Health/Check");
  HealthCheckRequest request;
  request.set_service(service);
  const grpc::Slice bytes(request.SerializeAsString());
  grpc::ByteBuffer answer;
  const bool answered =
      call.Write(grpc::ByteBuffer(&bytes, 1)) && call.WritesDone() && call.Read(&answer);
  GRADD_RETURN_IF_ERROR(call.Finish());
  grpc::Slice slice;
  HealthCheckResponse response;
  if (!answered || !answer.DumpToSingleSlice(&slice).ok() ||
      !response.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return InternalError("BAD_ANSWER", "the health service's answer cannot be read");
  }
  return response;
}

int Run(const CommandLine& line, std::ostream& out) {
  const ConnectionOptions options = OptionsFrom(line);
  const std::string service = line.arguments().empty() ? "" : line.arguments()[0];
  const HealthCheckResponse response = Must(Check(options, service), options);
  out << HealthCheckResponse::ServingStatus_Name(response.status()) << "\n";
  return response.status() == HealthCheckResponse::SERVING ? 0 : 1;
}

}  // namespace

Command HealthCommand() {
  Command command;
  command.name = "health";
  command.arguments = "[SERVICE]";
  command.summary = "Whether the server serves; ends with 0 or 1.";
  command.help = "Asks the standard gRPC health service, about everything or one service.\n";
  command.flags = WithTargetFlags();
  command.max_arguments = 1;
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
