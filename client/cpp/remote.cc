#include "client/cpp/remote.h"

#include <utility>

#include "client/cpp/grad_mode.h"
#include "client/cpp/in_place.h"
#include "core/base/status.h"
#include "core/ops/in_place.h"
#include "core/ops/op_table.h"
#include "proto/codec/tensor_spec.h"

namespace gradd {
inline namespace client {
namespace {

thread_local SourceLine call_site;

v1::GradMode WireMode(GradMode mode) {
  switch (mode) {
    case GradMode::kDisabled:
      return v1::GRAD_MODE_DISABLED;
    case GradMode::kInference:
      return v1::GRAD_MODE_INFERENCE;
    case GradMode::kEnabled:
      break;
  }
  return v1::GRAD_MODE_UNSPECIFIED;
}

// The arguments of one call, sorted into what the wire and the spec rules want.
struct Arguments {
  absl::InlinedVector<const TensorSpec*, 4> specs;
  absl::InlinedVector<uint64_t, 4> handles;
  absl::InlinedVector<Scalar, 2> scalars;
  Tracking tracking = Tracking::kNo;

  absl::Status Read(const RemoteSession& session, const Op& op, ValueSpan inputs);
};

absl::Status Arguments::Read(const RemoteSession& session, const Op& op, ValueSpan inputs) {
  for (const Value& input : inputs) {
    if (!input) {
      return InvalidArgument("UNDEFINED_TENSOR", op.name, "(): an undefined tensor was given");
    }
    specs.push_back(&input->spec());
    if (input->kind() == ValueBase::Kind::kScalar) {
      handles.push_back(0);
      scalars.push_back(static_cast<const ScalarValue&>(*input).scalar());
      continue;
    }
    if (input->kind() != ValueBase::Kind::kBottom) {
      return InternalError("WRONG_LEVEL", op.name, "(): a transform's value left its transform");
    }
    const auto& value = static_cast<const RemoteValue&>(*input);
    if (&value.session() != &session) {
      return InvalidArgument("OTHER_SESSION", op.name,
                             "(): Expected all tensors to be of the same session");
    }
    handles.push_back(value.handle());
    if (const Tracking now = value.tracking(); now != Tracking::kNo && tracking != Tracking::kYes) {
      tracking = now;
    }
  }
  return absl::OkStatus();
}

// Whether what `op` gives requires grad.
Tracking Tracked(const Op& op, GradMode mode, DType dtype, Tracking inputs) {
  const bool records = mode == GradMode::kEnabled && op.differentiable() && IsFloating(dtype);
  return records ? inputs : Tracking::kNo;
}

// The spec that the server found for an output whose shape depends on data.
absl::Status ReadSpecs(const v1::Result& result, DeviceId device, Values& outputs) {
  for (const v1::OutputSpec& output : result.forward().outputs()) {
    for (Value& value : outputs) {
      auto& remote = static_cast<RemoteValue&>(*value);
      if (remote.handle() != output.handle()) continue;
      GRADD_ASSIGN_OR_RETURN(TensorSpec spec, codec::DecodeTensorSpec(output.spec(), device));
      remote.SetSpec(std::move(spec));
    }
  }
  return absl::OkStatus();
}

}  // namespace

CallSite::CallSite(SourceLine source) : previous_(std::exchange(call_site, source)) {}
CallSite::~CallSite() { call_site = previous_; }
SourceLine CallSite::Current() { return call_site; }

absl::StatusOr<Values> Remote::Apply(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  RemoteSession& session = session_;
  Arguments arguments;
  GRADD_RETURN_IF_ERROR(arguments.Read(session, op, inputs));
  Specs specs;
  GRADD_RETURN_IF_ERROR(InferSpecs(op, arguments.specs, attributes, specs));

  Lane& lane = session.lane();
  const GradMode mode = CurrentGradMode();
  codec::OpCall call;
  call.op_id = session.IdOf(lane, op);
  call.source_id = session.IdOf(lane, call_site);
  call.inputs = arguments.handles;
  call.scalars = arguments.scalars;
  call.output = session.NewHandles(lane, specs.size());
  call.grad_mode = WireMode(mode);
  Values outputs;
  for (size_t i = 0; i < specs.size(); ++i) {
    const Tracking tracking = Tracked(op, mode, specs[i].dtype, arguments.tracking);
    outputs.push_back(MakeRef<RemoteValue>(RefPtr<RemoteSession>(&session), call.output + i,
                                           std::move(specs[i]), tracking));
  }
  if (op.is_view) {
    // A view without a vjp shares the storage and not the history: detach.
    auto& input = static_cast<RemoteValue&>(*inputs[0]);
    const bool shares_history = op.differentiable();
    if (shares_history) {
      RefPtr<RemoteValue> base = input.base();
      if (!base) base = RefPtr<RemoteValue>(&input);
      static_cast<RemoteValue&>(*outputs[0]).SetBase(std::move(base));
    }
  }
  if (op.is_data_dependent) {
    GRADD_ASSIGN_OR_RETURN(const v1::Result result, session.Ask(lane, call, attributes));
    GRADD_RETURN_IF_ERROR(ReadSpecs(result, session.device(), outputs));
    return outputs;
  }
  GRADD_RETURN_IF_ERROR(session.Enqueue(lane, call, attributes));
  return outputs;
}

absl::Status Remote::ApplyInPlace(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  RemoteSession& session = session_;
  Arguments arguments;
  GRADD_RETURN_IF_ERROR(arguments.Read(session, op, inputs));
  if (arguments.handles.empty() || arguments.handles[0] == 0) {
    return InvalidArgument("NOT_A_TENSOR", op.name, "_(): only a tensor can be changed in place");
  }
  auto& target = static_cast<RemoteValue&>(*inputs[0]);
  const GradMode mode = CurrentGradMode();
  GRADD_RETURN_IF_ERROR(CheckInPlaceTracking(target, mode));
  Specs specs;
  GRADD_RETURN_IF_ERROR(InferSpecs(op, arguments.specs, attributes, specs));
  GRADD_RETURN_IF_ERROR(CheckInPlaceResult(target.spec(), specs[0]));

  Lane& lane = session.lane();
  codec::OpCall call;
  call.op_id = session.IdOf(lane, op);
  call.source_id = session.IdOf(lane, call_site);
  call.inputs = arguments.handles;
  call.scalars = arguments.scalars;
  call.grad_mode = WireMode(mode);
  call.in_place = true;
  GRADD_RETURN_IF_ERROR(session.Enqueue(lane, call, attributes));
  const Tracking tracking = Tracked(op, mode, target.spec().dtype, arguments.tracking);
  if (tracking != Tracking::kNo) target.Rewrite(tracking);
  session.GraphChanged();
  return absl::OkStatus();
}

absl::Status Remote::Assign(const Value& target, const Value& source) {
  static const Op& copy = *FindOp("copy");
  const Value inputs[] = {target, source};
  return ApplyInPlace(copy, inputs, {});
}

}  // namespace client
}  // namespace gradd
