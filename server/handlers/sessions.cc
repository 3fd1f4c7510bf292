// Sessions and attachments.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "gradd/v1/gradient_service.pb.h"
#include "proto/codec/tensor_spec.h"
#include "server/errors.h"
#include "server/handlers/methods.h"
#include "server/handlers/registration.h"

namespace gradd::server {
namespace {

google::protobuf::Duration EncodeDuration(absl::Duration duration) {
  google::protobuf::Duration message;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  return message;
}

absl::StatusOr<SessionManager::Wish> DecodeWish(const Services& services,
                                                const v1::CreateSessionRequest& request) {
  SessionManager::Wish wish;
  if (!request.device().empty()) {
    GRADD_ASSIGN_OR_RETURN(const DeviceId device, codec::DecodeDevice(request.device()));
    const auto& devices = services.devices;
    if (std::find(devices.begin(), devices.end(), device) == devices.end()) {
      return errors::UnknownDevice(request.device());
    }
    wish.device = device;
  }
  if (request.has_seed()) wish.seed = request.seed();
  if (request.has_lease()) {
    wish.lease =
        absl::Seconds(request.lease().seconds()) + absl::Nanoseconds(request.lease().nanos());
    if (*wish.lease <= absl::ZeroDuration()) return errors::NegativeLease();
  }
  wish.stream.allow_tf32 = request.allow_tf32();
  return wish;
}

void CreateSession(Services& services, const v1::CreateSessionRequest& request,
                   Reply<v1::CreateSessionResponse> reply) {
  const absl::StatusOr<SessionManager::Wish> wish = DecodeWish(services, request);
  if (!wish.ok()) return reply.Fail(wish.status());
  services.sessions.Create(*wish, [&services, reply](absl::StatusOr<RefPtr<HostedSession>> made) {
    if (!made.ok()) return reply.Fail(made.status());
    const HostedSession& session = **made;
    v1::CreateSessionResponse response;
    response.set_session_id(session.id());
    response.set_secret(services.sessions.secrets().SecretOf(session.id()));
    response.set_device(ToString(session.options().device));
    response.set_seed(session.options().seed);
    response.set_allow_tf32(session.options().stream.allow_tf32);
    *response.mutable_lease() = EncodeDuration(session.lease());
    reply(response);
  });
}

absl::StatusOr<v1::GetSessionResponse> GetSession(Services& services,
                                                  const v1::GetSessionRequest& request) {
  GRADD_ASSIGN_OR_RETURN(const RefPtr<HostedSession> session,
                         services.sessions.Find(request.session_id(), request.secret()));
  if (request.attachment() != 0 && !session->RenewAttachment(request.attachment())) {
    return errors::AttachmentNotFound(request.attachment());
  }
  v1::GetSessionResponse response;
  response.set_device(ToString(session->options().device));
  response.set_tensors(session->stats().tensors);
  response.set_tensor_bytes(session->bytes());
  response.set_graph_nodes(session->stats().nodes);
  *response.mutable_lease_left() = EncodeDuration(session->lease_left());
  response.set_attachments(session->attachment_count());
  return response;
}

absl::StatusOr<v1::DeleteSessionResponse> DeleteSession(Services& services,
                                                        const v1::DeleteSessionRequest& request) {
  GRADD_RETURN_IF_ERROR(services.sessions.Delete(request.session_id(), request.secret()));
  return v1::DeleteSessionResponse();
}

void Attach(Services& services, const v1::AttachRequest& request, Reply<v1::AttachResponse> reply) {
  const absl::StatusOr<RefPtr<HostedSession>> session =
      services.sessions.Find(request.session_id(), request.secret());
  if (!session.ok()) return reply.Fail(session.status());
  (*session)->strand().Post([&services, session = *session, reply] {
    const absl::StatusOr<uint32_t> attachment = session->Attach();
    if (!attachment.ok()) return reply.Fail(attachment.status());
    v1::AttachResponse response;
    response.set_attachment(*attachment);
    *response.mutable_limits() = services.limits;
    reply(response);
  });
}

void Detach(Services& services, const v1::DetachRequest& request, Reply<v1::DetachResponse> reply) {
  const v1::Scope& scope = request.scope();
  const absl::StatusOr<RefPtr<HostedSession>> session =
      services.sessions.Find(scope.session_id(), scope.secret());
  if (!session.ok()) return reply.Fail(session.status());
  (*session)->strand().Post([session = *session, reply, attachment = scope.attachment()] {
    const absl::Status status = session->Detach(attachment);
    if (!status.ok()) return reply.Fail(status);
    reply(v1::DetachResponse());
  });
}

absl::StatusOr<v1::CancelResponse> Cancel(Services& services, const v1::CancelRequest& request) {
  GRADD_ASSIGN_OR_RETURN(RefPtr<HostedSession> session,
                         services.sessions.Find(request.session_id(), request.secret()));
  if (request.attachment() == 0) return errors::AttachmentNeeded();
  if (request.sequence() == 0) return errors::SequenceMissing();
  GRADD_RETURN_IF_ERROR(session->cancels().Cancel(
      CommandCancels::Numbered(request.attachment(), request.sequence())));
  Strand& strand = session->strand();
  strand.Post([session = std::move(session), number = request.attachment()] {
    const absl::StatusOr<Attachment*> attachment = session->FindAttachment(number);
    session->cancels().ForgetUpTo(number, attachment.ok() ? (*attachment)->applied() : INT64_MAX);
  });
  return v1::CancelResponse();
}

}  // namespace

void AddSessionMethods(Services& services, MethodTable& methods) {
  methods.Add(HandleLater(kGradientService, "CreateSession", services, &CreateSession));
  methods.Add(Handle(kGradientService, "GetSession", services, &GetSession));
  methods.Add(Handle(kGradientService, "DeleteSession", services, &DeleteSession));
  methods.Add(HandleLater(kGradientService, "Attach", services, &Attach));
  methods.Add(HandleLater(kGradientService, "Detach", services, &Detach));
  methods.Add(Handle(kGradientService, "Cancel", services, &Cancel));
}

}  // namespace gradd::server
