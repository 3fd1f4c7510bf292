// Milliseconds for 64 MB to the server or from it. Flags: --target.
//
// Ours ends with a tensor, or a std::string, that was not there before. Bare gRPC copies the slices
// that come to memory which it has long had, and takes the chunk size that does best here.

#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "bench/bare/bare_stream.h"
#include "bench/rows/rows.h"
#include "client/cpp/gradd.h"

namespace gradd::bench {
namespace {

constexpr size_t kBytes = size_t{64} << 20;
constexpr int64_t kElements = kBytes / sizeof(float);

Connection ConnectionTo(const Flags& flags) {
  ConnectionOptions options;
  options.target = flags.Text("target", "");
  return Connection(options);
}

std::vector<float> Numbers() {
  std::vector<float> numbers(kElements);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 1021);
  return numbers;
}

// `measure(chunk)` is one transfer.
template <class Measure>
Sample WithBestChunk(Measure measure) {
  size_t best = 0;
  double best_millis = std::numeric_limits<double>::infinity();
  for (size_t chunk = 64 << 10; chunk <= 4 << 20; chunk *= 2) {
    (void)measure(chunk);
    for (int i = 0; i < 3; ++i) {
      if (const double millis = measure(chunk); millis < best_millis) {
        best_millis = millis;
        best = chunk;
      }
    }
  }
  return [measure, best] { return measure(best); };
}

}  // namespace

Sample Upload(const Flags& flags) {
  const Connection connection = ConnectionTo(flags);
  const auto numbers = std::make_shared<const std::vector<float>>(Numbers());
  const auto upload = [=] {
    const Stopwatch time;
    const Tensor tensor = from_blob(numbers->data(), {kElements}, on(connection));
    connection.Synchronize();
    return std::pair(tensor, time.Millis());
  };
  Require(upload().first[kElements - 1].item<float>() == numbers->back(), "other numbers arrived");
  return [=] {
    const double millis = upload().second;
    connection.Synchronize();  // the tensor is gone before the next one comes
    return millis;
  };
}

Sample Download(const Flags& flags) {
  const Connection connection = ConnectionTo(flags);
  const std::vector<float> numbers = Numbers();
  const Tensor tensor = from_blob(numbers.data(), {kElements}, on(connection));
  Require(tensor.to_vector<float>() == numbers, "other numbers arrived");
  return [tensor] {
    const Stopwatch time;
    const HostTensor host = tensor.Fetch();
    return time.Millis();
  };
}

Sample BareUpload(const Flags& flags) {
  const auto channel = Connect(flags.Text("target", ""));
  const auto bytes = std::make_shared<std::string>(kBytes, 'u');
  return WithBestChunk([=](size_t chunk) {
    const Stopwatch time;
    BareStream stream(channel, "/bare/Upload");
    for (size_t sent = 0; sent < kBytes; sent += chunk) {
      const grpc::Slice slice(bytes->data() + sent, chunk, grpc::Slice::STATIC_SLICE);
      stream.Write(grpc::ByteBuffer(&slice, 1), sent + chunk < kBytes);
    }
    stream.WritesDone();
    stream.Finish();
    return time.Millis();
  });
}

Sample BareDownload(const Flags& flags) {
  const auto channel = Connect(flags.Text("target", ""));
  const auto bytes = std::make_shared<std::string>(kBytes, '\0');
  return WithBestChunk([=](size_t chunk) {
    const Stopwatch time;
    BareStream stream(channel, "/bare/Download");
    const grpc::Slice wanted(absl::StrCat(kBytes, " ", chunk));
    stream.Write(grpc::ByteBuffer(&wanted, 1));
    stream.WritesDone();
    size_t received = 0;
    grpc::ByteBuffer message;
    std::vector<grpc::Slice> slices;
    while (received < kBytes && stream.Read(&message)) {
      (void)message.Dump(&slices);
      for (const grpc::Slice& slice : slices) {
        std::memcpy(bytes->data() + received, slice.begin(), slice.size());
        received += slice.size();
      }
      message.Clear();
    }
    stream.Finish();
    Require(received == kBytes, "the download is short");
    return time.Millis();
  });
}

}  // namespace gradd::bench
