// Commands as unary calls: the same messages, on the same path as those of a stream.
#include <climits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "core/base/status.h"
#include "server/errors.h"
#include "server/handlers/methods.h"
#include "server/handlers/registration.h"
#include "server/limits.h"
#include "server/session/answer.h"
#include "server/session/command_size.h"
#include "server/wire.h"

namespace gradd::server {
namespace {

using google::protobuf::io::CodedInputStream;

// A command on its way to the strand and back.
struct Commanded {
  RefPtr<HostedSession> session;
  uint32_t attachment = 0;
  Message bytes;  // the request; becomes a part of `command` on the strand
  v1::Command command;
  CommandCancels::Name name;
};

// The first `scope` among the first fields of a request; an empty one when there is none. Nothing
// else is read: many calls wait for the thread that does this.
absl::StatusOr<v1::Scope> ReadScope(const Message& bytes, int field, absl::string_view type) {
  const std::vector<grpc::Slice> pieces = bytes.Pieces();
  PiecesStream stream(pieces);
  CodedInputStream input(&stream);
  v1::Scope scope;
  for (int fields = 0; fields < limits::kFieldsBeforeScope; ++fields) {
    const uint32_t tag = input.ReadTag();
    if (tag == 0 && input.ConsumedEntireMessage()) break;
    if (tag == WireTag(field, kLengthField)) {
      uint32_t length;
      if (!input.ReadVarint32(&length) || length > INT_MAX) return errors::MalformedMessage(type);
      input.PushLimit(static_cast<int>(length));
      if (scope.ParseFromCodedStream(&input) && input.BytesUntilLimit() == 0) return scope;
      return errors::MalformedMessage(type);
    }
    if (tag == 0 || !SkipField(input, tag)) return errors::MalformedMessage(type);
  }
  return scope;
}

// The same command has the same bytes when it comes again, whatever its caller's protobuf does.
std::string Payload(const v1::Command& command) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  command.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

absl::Status ApplyNumbered(Commanded& c, v1::Result* result) {
  GRADD_ASSIGN_OR_RETURN(Attachment* const attachment, c.session->FindAttachment(c.attachment));
  if (attachment->full() && c.command.sequence() > attachment->applied()) {
    // A stream's client acknowledges; a caller of unary calls cannot, so the oldest answers go.
    if (attachment->has_stream()) {
      return errors::AnswersNotAcknowledged(attachment->answer_bytes());
    }
    attachment->MakeRoom();
  }
  GRADD_ASSIGN_OR_RETURN(Attachment::Verdict verdict,
                         attachment->Admit(c.command.sequence(), Payload(c.command)));
  if (verdict.apply) {
    verdict.answer = c.session->ApplyNumbered(c.attachment, *attachment, c.command, result);
  }
  result->Clear();
  if (!verdict.answer.empty()) DecodeAnswer(verdict.answer, result);
  return absl::OkStatus();
}

// On the strand: what the command came to.
absl::Status Apply(Commanded& c, v1::Result* result) {
  if (c.command.sequence() != 0) return ApplyNumbered(c, result);
  if (c.session->ended()) return errors::SessionEnded();
  c.session->ApplyUnnumbered(c.name, c.attachment, c.command, result);
  return absl::OkStatus();
}

// Resolves who asks and in which session.
absl::Status Prepare(Services& services, const v1::Scope& scope, Commanded* c) {
  GRADD_ASSIGN_OR_RETURN(c->session, services.sessions.Find(scope.session_id(), scope.secret()));
  c->attachment = scope.attachment();
  c->command.set_sequence(scope.sequence());
  c->command.set_lane(scope.lane());
  c->command.set_epoch(scope.epoch());
  CommandCancels& cancels = c->session->cancels();
  c->name = scope.sequence() != 0 ? CommandCancels::Numbered(c->attachment, scope.sequence())
                                  : cancels.NextTicket();
  return absl::OkStatus();
}

// On the strand: the call's request becomes a part of the command.
template <class Request>
absl::Status Parse(Commanded& c, Request* request) {
  if (static_cast<size_t>(c.bytes.size()) >= kSmallCommandBytes) {
    const std::vector<grpc::Slice> pieces = c.bytes.Pieces();
    PiecesStream stream(pieces);
    GRADD_RETURN_IF_ERROR(CheckCommandSize(*Request::descriptor(), stream));
  }
  GRADD_RETURN_IF_ERROR(ParseRequest(c.bytes, request));
  c.bytes = Message();
  // The empty scope that stays says that this is a unary call; the secret goes into no log.
  request->mutable_scope()->Clear();
  return absl::OkStatus();
}

// The row of a command: `field` holds its request in a Command, `answer` its response in a Result
// (null: the response is always empty).
template <class Request, class Response>
Method CommandMethod(absl::string_view name, Services& services, Request* (v1::Command::*field)(),
                     const Response& (v1::Result::*answer)() const) {
  const auto serve = [&services, field, answer](Message& bytes, const RefPtr<UnaryCall>& call) {
    auto commanded = std::make_unique<Commanded>();
    const absl::StatusOr<v1::Scope> scope =
        ReadScope(bytes, Request::kScopeFieldNumber, Request::descriptor()->full_name());
    if (!scope.ok()) return call->Fail(scope.status());
    absl::Status status = Prepare(services, *scope, commanded.get());
    if (!status.ok()) return call->Fail(status);
    commanded->bytes = std::move(bytes);
    const RefPtr<HostedSession> session = commanded->session;
    const CommandCancels::Name command = commanded->name;
    session->strand().Post([c = std::move(commanded), call, field, answer]() mutable {
      v1::Result result;
      absl::Status applied = Parse(*c, (c->command.*field)());
      if (applied.ok()) applied = Apply(*c, &result);
      c->session->cancels().Forget(c->name);
      if (!applied.ok()) return call->Fail(applied);
      if (result.has_status()) return call->Fail(result.status());
      call->Answer(answer == nullptr ? Response() : (result.*answer)());
    });
    call->OnGivenUp([session, command] {
      (void)session->cancels().Cancel(command);
      // The command may be over, and then it does not forget the wish itself. It was posted before.
      session->strand().Post([session, command] { session->cancels().Forget(command); });
    });
  };
  return UnaryMethod(kGradientService, name, services, serve);
}

}  // namespace

#define GRADD_COMMAND(Name, field, answer)                          \
  methods.Add(CommandMethod<v1::Name##Request, v1::Name##Response>( \
      #Name, services, &v1::Command::mutable_##field, answer))

void AddCommandMethods(Services& services, MethodTable& methods) {
  GRADD_COMMAND(Forward, forward, &v1::Result::forward);
  GRADD_COMMAND(Backward, backward, nullptr);
  GRADD_COMMAND(Grad, grad, &v1::Result::grad);
  GRADD_COMMAND(Step, step, nullptr);
  GRADD_COMMAND(CreateTensor, create_tensor, nullptr);
  GRADD_COMMAND(Fetch, fetch, &v1::Result::fetch);
  GRADD_COMMAND(Release, release, nullptr);
  GRADD_COMMAND(Import, import, &v1::Result::import);
  GRADD_COMMAND(SetRequiresGrad, set_requires_grad, nullptr);
  GRADD_COMMAND(RetainGrad, retain_grad, nullptr);
  GRADD_COMMAND(GetGrad, get_grad, &v1::Result::get_grad);
  GRADD_COMMAND(SetGrad, set_grad, nullptr);
  GRADD_COMMAND(CreateOptimizer, create_optimizer, nullptr);
  GRADD_COMMAND(AddParameterGroup, add_parameter_group, nullptr);
  GRADD_COMMAND(SetOptimizerOptions, set_optimizer_options, nullptr);
  GRADD_COMMAND(GetOptimizerState, get_optimizer_state, &v1::Result::get_optimizer_state);
  GRADD_COMMAND(SetOptimizerState, set_optimizer_state, nullptr);
  GRADD_COMMAND(ZeroGrad, zero_grad, nullptr);
  GRADD_COMMAND(ClipGradNorm, clip_grad_norm, nullptr);
  GRADD_COMMAND(ClipGradValue, clip_grad_value, nullptr);
  GRADD_COMMAND(DescribeGraph, describe_graph, &v1::Result::describe_graph);
  GRADD_COMMAND(DescribeTensor, describe_tensor, &v1::Result::describe_tensor);
}

#undef GRADD_COMMAND

}  // namespace gradd::server
