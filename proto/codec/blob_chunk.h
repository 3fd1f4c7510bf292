// Chunks of blobs, without a message object between the wire and the data.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include <google/protobuf/io/zero_copy_stream.h>

#include "gradd/v1/blob.pb.h"

namespace gradd::codec {

// A WriteBlobRequest with the fields of `head` is this text followed by `size` bytes of data.
// REQUIRES: `head` has no data.
std::string WriteBlobHead(const v1::WriteBlobRequest& head, size_t size);

// Gives the data of a ReadBlobResponse to `append`, in pieces, when its offset is `at`. Gives
// nothing that would go beyond `limit` bytes in all. False for anything else.
bool ReadBlobPart(google::protobuf::io::ZeroCopyInputStream* message, size_t at, size_t limit,
                  absl::FunctionRef<void(absl::string_view)> append);

}  // namespace gradd::codec
