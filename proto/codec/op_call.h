// Commands written straight into the bytes of a stream.
//
// A client issues millions of op calls a second, so a call is appended to the bytes of its Forward
// without a message object in between. The parsed result is what the message classes would give;
// tests hold it to that.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "core/ops/attributes.h"
#include "core/spec/scalar.h"
#include "gradd/v1/command.pb.h"

namespace gradd::codec {

// The fields of gradd.v1.OpCall that a client sends.
struct OpCall {
  uint32_t op_id = 0;
  uint32_t source_id = 0;
  absl::Span<const uint64_t> inputs;  // 0 stands for the next of `scalars`
  absl::Span<const Scalar> scalars;
  uint64_t output = 0;
  v1::GradMode grad_mode = v1::GRAD_MODE_UNSPECIFIED;
  bool in_place = false;
};

// Appends one element of ForwardRequest.calls to `forward`.
void AppendOpCall(const OpCall& call, const Attributes& attributes, std::string* forward);

// Where a command stands in its attachment's log.
struct CommandPlace {
  uint64_t sequence;
  uint32_t lane;
  uint32_t epoch;
};

// One element of ExecuteRequest.commands, tag and length included, so that a request is the
// concatenation of such texts: a Command with a Forward of these calls.
std::string FrameForward(const CommandPlace& place, absl::string_view forward);
// The same of any command; sets its place.
std::string FrameCommand(const CommandPlace& place, v1::Command* command);

}  // namespace gradd::codec
