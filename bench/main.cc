// What is measured through the client, against a server, and bare gRPC.

#include "bench/rows/rows.h"

int main(int argc, char** argv) {
  using namespace gradd::bench;
  return RunMeasurer(
      {
          {"rpc.unary", &UnaryCall},
          {"rpc.unary.session", &UnaryCallOfSession},
          {"ops.stream", &OpStream},
          {"ops.backward", &BackwardOfChain},
          {"step.tinymodel", &TinyModelStep},
          {"tensor.upload", &Upload},
          {"tensor.download", &Download},
          {"bare.upload", &BareUpload},
          {"bare.download", &BareDownload},
          {"sessions.idle", &IdleSession},
          {"sessions.fair", &LightSession},
          {"bare.idle", &BareIdleStream},
          {"device.add", &DeviceAdd},
          {"device.product", &DeviceProduct},
          {"device.adam", &DeviceAdam},
          {"start.cold", &ColdStart},
      },
      argc, argv);
}
