// How many commands of each kind were applied.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/strings/string_view.h"

#include "gradd/v1/command.pb.h"

namespace gradd::server {

// Kinds are the numbers of Command's oneof. Counted by one thread at a time, read by any.
class CommandCounts {
 public:
  static constexpr int kKinds = 64;

  void Count(const v1::Command& command) {
    const auto kind = static_cast<size_t>(command.command_case());
    if (kind < counts_.size()) {
      // No other thread writes, so this needs no read-modify-write.
      counts_[kind].store(counts_[kind].load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
    }
  }
  uint64_t count(int kind) const { return counts_[kind].load(std::memory_order_relaxed); }

  // "forward"; empty for a number that is no kind.
  static absl::string_view KindName(int kind) {
    const google::protobuf::FieldDescriptor* const field =
        v1::Command::descriptor()->FindFieldByNumber(kind);
    if (field == nullptr || field->containing_oneof() == nullptr) return {};
    return field->name();
  }

 private:
  std::array<std::atomic<uint64_t>, kKinds> counts_{};
};

}  // namespace gradd::server
