// Which handles a command would have defined.
#include "server/session/session_state.h"

namespace gradd::server {

void DefineOutputsAsError(AttachmentState& attachment, const v1::Command& command,
                          const CausePtr& cause) {
  HandleTable& handles = attachment.handles;
  switch (command.command_case()) {
    case v1::Command::kForward:
      for (const v1::OpCall& call : command.forward().calls()) {
        if (call.in_place()) continue;
        const absl::StatusOr<const Op*> op = FindCalledOp(attachment, call);
        const int count = op.ok() ? (*op)->output_count : 1;
        // Calls before the one that failed have defined theirs: those handles are not free.
        for (int i = 0; i < count; ++i) handles.DefineError(call.output() + i, cause);
      }
      break;
    case v1::Command::kGrad:
      for (int i = 0; i < command.grad().inputs_size(); ++i) {
        handles.DefineError(command.grad().result() + i, cause);
      }
      break;
    case v1::Command::kCreateTensor:
      handles.DefineError(command.create_tensor().handle(), cause);
      break;
    case v1::Command::kImport:
      handles.DefineError(command.import().handle(), cause);
      break;
    case v1::Command::kGetGrad:
      handles.DefineError(command.get_grad().handle(), cause);
      break;
    case v1::Command::kCreateOptimizer:
      handles.DefineError(command.create_optimizer().handle(), cause);
      break;
    case v1::Command::kGetOptimizerState:
      // How many there would have been is not known: who asks waits for the answer.
      handles.DefineError(command.get_optimizer_state().handle(), cause);
      break;
    case v1::Command::kClipGradNorm:
      handles.DefineError(command.clip_grad_norm().total_norm(), cause);
      break;
    default:
      break;
  }
}

}  // namespace gradd::server
