// What a session remembers for one of its attachments.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"

#include "core/autograd/node.h"
#include "core/ops/op.h"
#include "server/session/handle_table.h"
#include "server/session/lanes.h"
#include "server/session/reservation.h"

namespace gradd::server {

// A text that the client gave a number, in the forms in which it is used.
struct Definition {
  RefPtr<SourceLine> source;  // as a source line
  const Op* op = nullptr;     // as an op; null when there is none of that name
  absl::Status op_status;     // why the op may not be used
  Reservation memory;
};

struct AttachmentState {
  AttachmentState(uint32_t attachment_number, std::atomic<int64_t>& tensor_count, int64_t limit)
      : number(attachment_number), handles(attachment_number, tensor_count, limit) {}

  const uint32_t number;
  HandleTable handles;
  Lanes lanes;
  absl::flat_hash_map<uint32_t, Definition> definitions;
};

}  // namespace gradd::server
