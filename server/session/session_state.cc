#include "server/session/session_state.h"

#include <limits>

#include "core/base/status.h"
#include "server/limits.h"
#include "server/session/beginning.h"

namespace gradd::server {

SessionState::SessionState(const SessionOptions& session_options)
    : options(session_options),
      budget(MakeRef<MemoryBudget>(session_options.max_bytes, session_options.server_budget)),
      strand_budget(MakeRef<MemoryBudget>(std::numeric_limits<int64_t>::max(), budget)),
      nodes(MakeRef<NodeBudget>(session_options.max_nodes)),
      eager(*session_options.backends, strand_budget, session_options.observer,
            session_options.stream),
      tape(eager, nodes) {}

absl::StatusOr<Value> CommandScope::Resolve(uint64_t handle) {
  const HandleTable::Entry* entry = attachment.handles.Find(handle);
  if (entry != nullptr && entry->error) {
    inherited = entry->error;
    return entry->error->status;
  }
  if (entry == nullptr || !entry->value) {
    origin.handle = handle;
    return HandleNotFound(handle);
  }
  return entry->value;
}

absl::StatusOr<Values> CommandScope::ResolveAll(
    const google::protobuf::RepeatedField<uint64_t>& handles) {
  Values values;
  for (const uint64_t handle : handles) {
    GRADD_ASSIGN_OR_RETURN(Value value, Resolve(handle));
    values.push_back(std::move(value));
  }
  return values;
}

absl::StatusOr<Values> CommandScope::ResolveOptional(
    const google::protobuf::RepeatedField<uint64_t>& handles) {
  Values values;
  for (const uint64_t handle : handles) {
    if (handle == 0) {
      values.emplace_back();
      continue;
    }
    GRADD_ASSIGN_OR_RETURN(Value value, Resolve(handle));
    values.push_back(std::move(value));
  }
  return values;
}

void CommandScope::SetSource(uint32_t source_id, const std::string& source) {
  RefPtr<SourceLine> line;
  if (source_id != 0) {
    const auto found = attachment.definitions.find(source_id);
    if (found != attachment.definitions.end()) line = found->second.source;
  } else if (!source.empty()) {
    line = MakeRef<SourceLine>(Beginning(source, limits::kSourceBytes));
  }
  // Copied into `origin` only when there is an error to place.
  source_line = line;
  state.tape.set_source(std::move(line));
}

}  // namespace gradd::server
