#include "server/session/session.h"

#include <utility>

#include "core/base/status.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/session/beginning.h"
#include "server/session/command_log.h"
#include "server/session/digest.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

absl::Status Dispatch(CommandScope& scope, const v1::Command& command) {
  switch (command.command_case()) {
    case v1::Command::kForward:
      return ApplyForward(scope, command.forward());
    case v1::Command::kBackward:
      scope.origin.op = "backward";
      return ApplyBackward(scope, command.backward());
    case v1::Command::kGrad:
      scope.origin.op = "grad";
      return ApplyGrad(scope, command.grad());
    case v1::Command::kStep:
      scope.origin.op = "step";
      return ApplyStep(scope, command.step());
    case v1::Command::kCreateTensor:
      scope.origin.op = "create_tensor";
      return ApplyCreateTensor(scope, command.create_tensor());
    case v1::Command::kFetch:
      scope.origin.op = "fetch";
      return ApplyFetch(scope, command.fetch());
    case v1::Command::kRelease:
      return ApplyRelease(scope, command.release());
    case v1::Command::kDefine:
      return ApplyDefine(scope, command.define());
    case v1::Command::kImport:
      scope.origin.op = "import";
      return ApplyImport(scope, command.import());
    case v1::Command::kSetRequiresGrad:
      scope.origin.op = "requires_grad_";
      return ApplySetRequiresGrad(scope, command.set_requires_grad());
    case v1::Command::kGetGrad:
      scope.origin.op = "get_grad";
      return ApplyGetGrad(scope, command.get_grad());
    case v1::Command::kSetGrad:
      scope.origin.op = "set_grad";
      return ApplySetGrad(scope, command.set_grad());
    case v1::Command::kRetainGrad:
      scope.origin.op = "retain_grad";
      return ApplyRetainGrad(scope, command.retain_grad());
    case v1::Command::kDescribeGraph:
      scope.origin.op = "describe_graph";
      return ApplyDescribeGraph(scope, command.describe_graph());
    case v1::Command::kDescribeTensor:
      scope.origin.op = "describe_tensor";
      return ApplyDescribeTensor(scope, command.describe_tensor());
    case v1::Command::kCreateOptimizer:
      scope.origin.op = "create_optimizer";
      return ApplyCreateOptimizer(scope, command.create_optimizer());
    case v1::Command::kAddParameterGroup:
      scope.origin.op = "add_param_group";
      return ApplyAddParameterGroup(scope, command.add_parameter_group());
    case v1::Command::kSetOptimizerOptions:
      scope.origin.op = "set_optimizer_options";
      return ApplySetOptimizerOptions(scope, command.set_optimizer_options());
    case v1::Command::kGetOptimizerState:
      scope.origin.op = "get_optimizer_state";
      return ApplyGetOptimizerState(scope, command.get_optimizer_state());
    case v1::Command::kSetOptimizerState:
      scope.origin.op = "set_optimizer_state";
      return ApplySetOptimizerState(scope, command.set_optimizer_state());
    case v1::Command::kZeroGrad:
      scope.origin.op = "zero_grad";
      return ApplyZeroGrad(scope, command.zero_grad());
    case v1::Command::kClipGradNorm:
      scope.origin.op = "clip_grad_norm_";
      return ApplyClipGradNorm(scope, command.clip_grad_norm());
    case v1::Command::kClipGradValue:
      scope.origin.op = "clip_grad_value_";
      return ApplyClipGradValue(scope, command.clip_grad_value());
    case v1::Command::COMMAND_NOT_SET:
      break;
  }
  return InvalidArgument("COMMAND_UNKNOWN", "the command is of no kind that this server knows");
}

// Release and Define happen whatever happened before: a client that lost its way still gives back.
bool IsSkippable(const v1::Command& command) {
  return command.command_case() != v1::Command::kRelease &&
         command.command_case() != v1::Command::kDefine;
}

bool WasStopped(const absl::Status& status) {
  return status.code() == absl::StatusCode::kCancelled;
}

void SetStatus(const CausePtr& cause, v1::Result* result) {
  result->clear_result();
  *result->mutable_status() = codec::EncodeStatus(cause->status, cause->origin);
}

// The blob of a CreateTensor that came to nothing: no other command is going to name it.
void DeleteBlobOf(SessionState& state, const v1::Command& command) {
  if (command.command_case() == v1::Command::kCreateTensor && command.create_tensor().blob() != 0) {
    state.blobs->Delete(command.create_tensor().blob());
  }
}

// What is kept and sent of a command's own error.
absl::Status Finished(const CommandScope& scope, absl::Status status) {
  if (WasStopped(status) && scope.cancellation.reason() == Cancellation::Reason::kTooSlow) {
    return errors::CommandTooSlow(scope.state.options.command_duration);
  }
  status = errors::WithSessionQuota(std::move(status));
  if (status.message().size() <= limits::kErrorTextBytes) return status;
  absl::Status cut(status.code(), Beginning(status.message(), limits::kErrorTextBytes));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { cut.SetPayload(type, payload); });
  return cut;
}

CausePtr MakeCause(CommandScope& scope, absl::Status status, uint64_t sequence) {
  if (scope.inherited) return scope.inherited;
  status = Finished(scope, std::move(status));
  if (scope.origin_op != nullptr) scope.origin.op = scope.origin_op->name;
  scope.origin.op = Beginning(scope.origin.op, limits::kErrorNameBytes);
  if (scope.source_line) {
    scope.origin.source = Beginning(scope.source_line->text, limits::kErrorNameBytes);
  }
  scope.origin.sequence = sequence;
  return MakeRef<Cause>(std::move(status), std::move(scope.origin));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Create(const SessionOptions& options) {
  auto state = std::make_unique<SessionState>(options);
  GRADD_RETURN_IF_ERROR(state->eager.CheckDevice(options.device));
  GRADD_ASSIGN_OR_RETURN(RefPtr<BufferPool> host, state->eager.HostPool(state->budget));
  state->blobs = std::make_unique<BlobStore>(std::move(host));
  return std::unique_ptr<Session>(new Session(std::move(state)));
}

Session::Session(std::unique_ptr<SessionState> state) : state_(std::move(state)) {}

Session::~Session() = default;

uint32_t Session::Attach() {
  const uint32_t number = ++state_->last_attachment;
  state_->attachments.emplace(number,
                              std::make_unique<AttachmentState>(number, state_->stats.tensors,
                                                                state_->options.max_tensors));
  if (state_->options.log != nullptr) state_->options.log->OnAttach(number);
  return number;
}

void Session::Detach(uint32_t attachment) {
  if (state_->attachments.erase(attachment) == 0) return;
  state_->blobs->DeleteOf(attachment);
  state_->stats.nodes = state_->nodes->used();
  if (state_->options.log != nullptr) state_->options.log->OnDetach(attachment);
}

void Session::Apply(uint32_t attachment, const v1::Command& command,
                    const Cancellation& cancellation, v1::Result* result) {
  SessionState& state = *state_;
  result->Clear();
  result->set_sequence(command.sequence());
  const auto found = state.attachments.find(attachment);
  if (found == state.attachments.end()) {
    *result->mutable_status() =
        codec::EncodeStatus(NotFound("ATTACHMENT_NOT_FOUND", "no such attachment"));
    return;
  }
  AttachmentState& owner = *found->second;
  const int64_t reservations = state.strand_budget->reservations();
  const int64_t polls = cancellation.polls();
  // Unnumbered commands come from unary calls, whose caller waits for each: they have no lane.
  const bool has_lane = command.sequence() != 0 && IsSkippable(command);
  const CausePtr blocking =
      has_lane ? owner.lanes.Blocking(command.lane(), command.epoch()) : nullptr;
  bool stopped = false;  // because it was cancelled
  if (blocking) {
    DefineOutputsAsError(owner, command, blocking);
    SetStatus(blocking, result);
  } else {
    CommandScope scope{state, owner, cancellation, result, {}, nullptr, nullptr, nullptr};
    state.eager.set_cancellation(&cancellation);
    absl::Status status = Dispatch(scope, command);
    state.eager.set_cancellation(nullptr);
    if (!status.ok()) {
      stopped = !scope.inherited && WasStopped(status);
      const CausePtr cause = MakeCause(scope, std::move(status), command.sequence());
      DefineOutputsAsError(owner, command, cause);
      if (has_lane) owner.lanes.Fail(command.lane(), command.epoch(), cause);
      SetStatus(cause, result);
    }
  }
  if (result->has_status()) DeleteBlobOf(state, command);
  state.tape.set_source(nullptr);
  state.stats.nodes = state.nodes->used();
  if (state.options.log != nullptr) {
    CommandOutcome outcome;
    if (state.strand_budget->last_failed() > reservations) {
      outcome.failed_reservation = state.strand_budget->last_failed() - reservations;
    }
    if (stopped) {
      outcome.cancelled_at_op = cancellation.polls() - polls;
      outcome.too_slow = cancellation.reason() == Cancellation::Reason::kTooSlow;
    }
    state.options.log->OnCommand(attachment, command, outcome);
  }
}

BlobStore& Session::blobs() { return *state_->blobs; }
const SessionStats& Session::stats() const { return state_->stats; }
MemoryBudget& Session::budget() const { return *state_->budget; }
MemoryBudget& Session::strand_budget() const { return *state_->strand_budget; }
uint64_t Session::Digest() { return DigestOf(*state_); }
const SessionOptions& Session::options() const { return state_->options; }

bool IsAnswer(const v1::Result& result) {
  return result.has_status() || result.result_case() != v1::Result::RESULT_NOT_SET;
}

}  // namespace gradd::server
