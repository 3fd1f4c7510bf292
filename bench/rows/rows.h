// Our side of every row, and the sides of anchors that are bare gRPC. The flags of each are in its
// file; bench/rows/*.py gives them.
#pragma once

#include "bench/measurer.h"

namespace gradd::bench {

// rpc.cc
Sample UnaryCall(const Flags& flags);
Sample UnaryCallOfSession(const Flags& flags);
// ops.cc
Sample OpStream(const Flags& flags);
Sample BackwardOfChain(const Flags& flags);
// step.cc
Sample TinyModelStep(const Flags& flags);
// tensor.cc
Sample Upload(const Flags& flags);
Sample Download(const Flags& flags);
Sample BareUpload(const Flags& flags);
Sample BareDownload(const Flags& flags);
// sessions.cc
Sample IdleSession(const Flags& flags);
Sample BareIdleStream(const Flags& flags);
// fair.cc
Sample LightSession(const Flags& flags);
// device.cc
Sample DeviceAdd(const Flags& flags);
Sample DeviceProduct(const Flags& flags);
Sample DeviceAdam(const Flags& flags);
// start.cc
Sample ColdStart(const Flags& flags);

}  // namespace gradd::bench
