#include "server/session/digest.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "server/session/session_state.h"

namespace gradd::server {
namespace {

class Digest {
 public:
  void Add(absl::string_view bytes) {
    // FNV-1a over whole words, then the rest; equal on every machine of one byte order.
    size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
      uint64_t word;
      std::memcpy(&word, bytes.data() + i, 8);
      Add(word);
    }
    for (; i < bytes.size(); ++i) Add(static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])));
  }
  void Add(uint64_t word) {
    hash_ = (hash_ ^ word) * 1099511628211u;
    hash_ ^= hash_ >> 29;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 14695981039346656037u;
};

void AddTensor(SessionState& state, const Value& value, Digest& digest) {
  const TensorValue& tensor = AsTensor(value);
  digest.Add(ToString(tensor.spec()));
  digest.Add(tensor.version());
  digest.Add(state.tape.RequiresGrad(value) ? 1 : 0);
  std::string bytes(tensor.spec().byte_count(), '\0');
  const absl::Status status = state.eager.ToHost(tensor, bytes.data());
  digest.Add(status.ok() ? bytes : status.ToString());
}

// As it is told to clients, with its place.
void AddCause(const Cause& cause, Digest& digest) {
  digest.Add(cause.status.ToString());
  digest.Add(cause.origin.op);
  digest.Add(cause.origin.source);
  digest.Add(cause.origin.sequence);
}

void AddEntry(SessionState& state, const HandleTable::Entry& entry, Digest& digest) {
  if (entry.error) return AddCause(*entry.error, digest);
  if (entry.optimizer != nullptr) {
    const Optimizer& optimizer = *entry.optimizer->optimizer;
    digest.Add(optimizer.algorithm().kind->name);
    optimizer.ForEachState([&](const Value& value) { AddTensor(state, value, digest); });
    optimizer.ForEachNumber([&](double number) {
      digest.Add(absl::string_view(reinterpret_cast<const char*>(&number), sizeof number));
    });
    return;
  }
  AddTensor(state, entry.value, digest);
  if (const Value grad = state.tape.Grad(entry.value)) AddTensor(state, grad, digest);
}

void AddDefinitions(const AttachmentState& attachment, Digest& digest) {
  std::vector<uint32_t> numbers;
  for (const auto& [number, definition] : attachment.definitions) numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  for (const uint32_t number : numbers) {
    const Definition& definition = attachment.definitions.at(number);
    digest.Add(uint64_t{number});
    digest.Add(definition.source->text);
    digest.Add(uint64_t{definition.op == nullptr ? 0u : 1u});
    digest.Add(definition.op_status.ToString());
  }
}

}  // namespace

uint64_t DigestOf(SessionState& state) {
  Digest digest;
  for (const auto& [number, attachment] : state.attachments) {
    digest.Add(uint64_t{number});
    attachment->handles.ForEach([&](uint64_t handle, const HandleTable::Entry& entry) {
      digest.Add(handle);
      AddEntry(state, entry, digest);
    });
    attachment->lanes.ForEach([&](uint32_t lane, uint32_t epoch, const Cause& cause) {
      digest.Add(uint64_t{lane} << 32 | epoch);
      AddCause(cause, digest);
    });
    AddDefinitions(*attachment, digest);
  }
  digest.Add(state.random_ops);
  return digest.value();
}

}  // namespace gradd::server
