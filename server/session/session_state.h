// The inside of a Session, for the files that apply its commands.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "core/autograd/backward.h"
#include "core/autograd/tape.h"
#include "core/runtime/eager.h"
#include "server/session/attachment_state.h"
#include "server/session/session.h"

namespace gradd::server {

class SessionState {
 public:
  explicit SessionState(const SessionOptions& session_options);

  const SessionOptions options;
  SessionStats stats;
  // The session's bytes; and of those, what its strand reserves, which a replay repeats.
  const RefPtr<MemoryBudget> budget;
  const RefPtr<MemoryBudget> strand_budget;
  const RefPtr<NodeBudget> nodes;
  Eager eager;
  Tape tape;
  std::unique_ptr<BlobStore> blobs;
  std::map<uint32_t, std::unique_ptr<AttachmentState>> attachments;
  uint32_t last_attachment = 0;
  // Random ops so far: with the session's seed, the counter that makes each of them different.
  uint64_t random_ops = 0;
};

// What a command's handler works with.
struct CommandScope {
  SessionState& state;
  AttachmentState& attachment;
  const Cancellation& cancellation;
  v1::Result* result;
  // Where an error is to be placed; handlers fill in what they know.
  codec::ErrorOrigin origin;
  RefPtr<SourceLine> source_line;
  const Op* origin_op = nullptr;
  // Set instead of an error of the command's own when an input holds one.
  CausePtr inherited;

  // The value of a handle. Fails with NOT_FOUND, or as the command that should have made it failed.
  absl::StatusOr<Value> Resolve(uint64_t handle);
  absl::StatusOr<Values> ResolveAll(const google::protobuf::RepeatedField<uint64_t>& handles);
  // As ResolveAll, with null for 0.
  absl::StatusOr<Values> ResolveOptional(const google::protobuf::RepeatedField<uint64_t>& handles);
  // The client's line, given by number or as text: for errors, and for nodes to come.
  void SetSource(uint32_t source_id, const std::string& source);
};

// One function a kind of command. On an error nothing has changed (Forward: nothing of the call
// that failed and of those after it).
absl::Status ApplyForward(CommandScope& scope, const v1::ForwardRequest& request);
absl::Status ApplyBackward(CommandScope& scope, const v1::BackwardRequest& request);
absl::Status ApplyGrad(CommandScope& scope, const v1::GradRequest& request);
absl::Status ApplyStep(CommandScope& scope, const v1::StepRequest& request);
absl::Status ApplyCreateOptimizer(CommandScope& scope, const v1::CreateOptimizerRequest& request);
absl::Status ApplyAddParameterGroup(CommandScope& scope,
                                    const v1::AddParameterGroupRequest& request);
absl::Status ApplySetOptimizerOptions(CommandScope& scope,
                                      const v1::SetOptimizerOptionsRequest& request);
absl::Status ApplyGetOptimizerState(CommandScope& scope,
                                    const v1::GetOptimizerStateRequest& request);
absl::Status ApplySetOptimizerState(CommandScope& scope,
                                    const v1::SetOptimizerStateRequest& request);
absl::Status ApplyZeroGrad(CommandScope& scope, const v1::ZeroGradRequest& request);
absl::Status ApplyClipGradNorm(CommandScope& scope, const v1::ClipGradNormRequest& request);
absl::Status ApplyClipGradValue(CommandScope& scope, const v1::ClipGradValueRequest& request);
absl::Status ApplyCreateTensor(CommandScope& scope, const v1::CreateTensorRequest& request);
absl::Status ApplyFetch(CommandScope& scope, const v1::FetchRequest& request);
absl::Status ApplyRelease(CommandScope& scope, const v1::ReleaseRequest& request);
absl::Status ApplyDefine(CommandScope& scope, const v1::DefineRequest& request);
absl::Status ApplyImport(CommandScope& scope, const v1::ImportRequest& request);
absl::Status ApplySetRequiresGrad(CommandScope& scope, const v1::SetRequiresGradRequest& request);
absl::Status ApplyGetGrad(CommandScope& scope, const v1::GetGradRequest& request);
absl::Status ApplySetGrad(CommandScope& scope, const v1::SetGradRequest& request);
absl::Status ApplyRetainGrad(CommandScope& scope, const v1::RetainGradRequest& request);
absl::Status ApplyDescribeGraph(CommandScope& scope, const v1::DescribeGraphRequest& request);
absl::Status ApplyDescribeTensor(CommandScope& scope, const v1::DescribeTensorRequest& request);

// Defines every output of a command that failed or was skipped as the error, where its handle is
// free.
void DefineOutputsAsError(AttachmentState& attachment, const v1::Command& command,
                          const CausePtr& cause);

// The op of a call, by number or by name.
absl::StatusOr<const Op*> FindCalledOp(const AttachmentState& attachment, const v1::OpCall& call);

}  // namespace gradd::server
