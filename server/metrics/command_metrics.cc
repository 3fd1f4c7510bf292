#include "server/metrics/command_metrics.h"

#include <memory>

#include "core/base/clock.h"

namespace gradd::server {

CommandMetrics::CommandMetrics()
    : nanos_per_tick_(NanosPerTick()), blocks_([] { return std::make_unique<Block>(); }) {}

void CommandMetrics::OnCommand(v1::Command::CommandCase kind, uint64_t start_ticks,
                               uint64_t end_ticks) {
  const auto index = static_cast<size_t>(kind);
  if (kind == v1::Command::COMMAND_NOT_SET || index >= kKinds) return;
  blocks_.Mine()[index].Count(
      static_cast<uint64_t>(static_cast<double>(end_ticks - start_ticks) * nanos_per_tick_),
      kShift);
}

std::vector<CommandMetrics::Entry> CommandMetrics::Collect() const {
  std::vector<Entry> entries;
  const std::vector<const Block*> blocks = blocks_.All();
  const google::protobuf::OneofDescriptor& kinds =
      *v1::Command::descriptor()->FindOneofByName("command");
  for (int i = 0; i < kinds.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& kind = *kinds.field(i);
    if (kind.number() >= kKinds) continue;
    Entry entry{std::string(kind.name()), {}};
    for (const Block* block : blocks) (*block)[kind.number()].AddTo(entry.durations);
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace gradd::server
