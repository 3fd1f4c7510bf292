#include "server/rpc/outgoing.h"

#include <cstring>
#include <utility>
#include <vector>

#include "core/base/ref.h"

namespace gradd::server {
namespace {

// Below this a copy costs less than keeping the original.
constexpr size_t kCopiedBytes = 4 << 10;

struct SharedCord final : RefCounted {
  explicit SharedCord(absl::Cord c) : cord(std::move(c)) {}
  const absl::Cord cord;
};

void Release(void* shared) { static_cast<SharedCord*>(shared)->RefCounted::Release(); }

}  // namespace

grpc::ByteBuffer ToByteBuffer(const absl::Cord& message) {
  if (message.size() <= kCopiedBytes) {
    grpc::Slice slice(message.size());
    auto* out = const_cast<uint8_t*>(slice.begin());
    for (const absl::string_view chunk : message.Chunks()) {
      std::memcpy(out, chunk.data(), chunk.size());
      out += chunk.size();
    }
    return grpc::ByteBuffer(&slice, 1);
  }
  const RefPtr<SharedCord> shared(new SharedCord(message));
  std::vector<grpc::Slice> slices;
  for (const absl::string_view chunk : shared->cord.Chunks()) {
    shared->AddRef();
    slices.emplace_back(const_cast<char*>(chunk.data()), chunk.size(), &Release, shared.get());
  }
  return grpc::ByteBuffer(slices.data(), slices.size());
}

grpc::Status ToGrpcStatus(const google::rpc::Status& status) {
  if (status.code() == 0) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), status.message(),
                      status.SerializeAsString());
}

}  // namespace gradd::server
