#include "server/session/answer.h"

#include <memory>
#include <string>
#include <utility>

#include "gradd/v1/gradient_service.pb.h"
#include "server/wire.h"

namespace gradd::server {
namespace {

// Data from this size on is moved into the answer instead of being copied with the rest.
constexpr size_t kMovedBytes = 32 << 10;

absl::Cord CordOf(std::string bytes) {
  auto holder = std::make_shared<const std::string>(std::move(bytes));
  const absl::string_view view = *holder;
  return absl::MakeCordFromExternal(view, [holder = std::move(holder)] {});
}

}  // namespace

absl::Cord EncodeAnswer(v1::Result* result) {
  if (!result->has_status() && result->result_case() == v1::Result::RESULT_NOT_SET) return {};
  std::string data;
  if (result->has_fetch() && result->fetch().tensor().data().size() >= kMovedBytes) {
    data.swap(*result->mutable_fetch()->mutable_tensor()->mutable_data());
  }
  // A message field that appears again is merged into the first: the data follows as a second
  // `fetch` that has nothing else.
  std::string heads;
  if (!data.empty()) {
    std::string inner;
    AppendHead(v1::TensorData::kDataFieldNumber, data.size(), &inner);
    std::string middle;
    AppendHead(v1::FetchResponse::kTensorFieldNumber, inner.size() + data.size(), &middle);
    AppendHead(v1::Result::kFetchFieldNumber, middle.size() + inner.size() + data.size(), &heads);
    heads += middle + inner;
  }
  std::string bytes;
  const size_t size = result->ByteSizeLong();
  bytes.reserve(size + heads.size() + 12);
  AppendHead(v1::ExecuteResponse::kResultsFieldNumber, size + heads.size() + data.size(), &bytes);
  const size_t start = bytes.size();
  bytes.resize(start + size);
  result->SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(bytes.data()) + start);
  bytes += heads;
  absl::Cord answer(std::move(bytes));
  if (!data.empty()) answer.Append(CordOf(std::move(data)));
  return answer;
}

bool DecodeAnswer(const absl::Cord& answer, v1::Result* result) {
  v1::ExecuteResponse response;
  const std::string bytes(answer);
  if (!response.ParseFromString(bytes) || response.results_size() != 1) return false;
  *result = std::move(*response.mutable_results(0));
  return true;
}

}  // namespace gradd::server
