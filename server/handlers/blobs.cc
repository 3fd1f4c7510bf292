// Blobs: large tensors in chunks.
#include <utility>

#include "core/base/status.h"
#include "gradd/v1/gradient_service.pb.h"
#include "server/errors.h"
#include "server/handlers/blob_download.h"
#include "server/handlers/blob_upload.h"
#include "server/handlers/methods.h"
#include "server/handlers/registration.h"

namespace gradd::server {
namespace {

absl::StatusOr<RefPtr<HostedSession>> Resolve(Services& services, const v1::Scope& scope) {
  GRADD_ASSIGN_OR_RETURN(RefPtr<HostedSession> session,
                         services.sessions.Find(scope.session_id(), scope.secret()));
  (void)session->RenewAttachment(scope.attachment());
  return session;
}

absl::StatusOr<v1::CreateBlobResponse> CreateBlob(Services& services,
                                                  const v1::CreateBlobRequest& request) {
  GRADD_ASSIGN_OR_RETURN(const RefPtr<HostedSession> session, Resolve(services, request.scope()));
  GRADD_ASSIGN_OR_RETURN(const uint64_t blob,
                         session->CreateBlob(request.scope().attachment(), request.size()));
  v1::CreateBlobResponse response;
  response.set_blob(blob);
  response.set_max_chunk(services.max_chunk());
  return response;
}

absl::StatusOr<v1::GetBlobResponse> GetBlob(Services& services, const v1::GetBlobRequest& request) {
  GRADD_ASSIGN_OR_RETURN(const RefPtr<HostedSession> session, Resolve(services, request.scope()));
  GRADD_ASSIGN_OR_RETURN(const BlobStore::Progress progress,
                         session->blobs().GetProgress(request.blob()));
  v1::GetBlobResponse response;
  response.set_size(progress.size);
  response.set_received(progress.received);
  return response;
}

absl::StatusOr<v1::DeleteBlobResponse> DeleteBlob(Services& services,
                                                  const v1::DeleteBlobRequest& request) {
  GRADD_ASSIGN_OR_RETURN(const RefPtr<HostedSession> session, Resolve(services, request.scope()));
  if (!session->blobs().Delete(request.blob())) return errors::BlobNotFound();
  return v1::DeleteBlobResponse();
}

}  // namespace

void AddBlobMethods(Services& services, MethodTable& methods) {
  methods.Add(Handle(kGradientService, "CreateBlob", services, &CreateBlob));
  methods.Add(Handle(kGradientService, "GetBlob", services, &GetBlob));
  methods.Add(Handle(kGradientService, "DeleteBlob", services, &DeleteBlob));
  methods.Add(StreamMethod<BlobUpload>(kGradientService, "WriteBlob", services));
  methods.Add(StreamMethod<BlobDownload>(kGradientService, "ReadBlob", services));
}

}  // namespace gradd::server
