// What every device promises (core/device/device.h).
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/device/device.h"
#include "tests/support/must.h"
#include "tests/support/test_devices.h"

namespace gradd {
namespace {

using testing::Must;

class DeviceLaw : public ::testing::TestWithParam<DeviceId> {
 protected:
  void* Allocate(size_t bytes) { return Must(device.Allocate(bytes, *stream)); }
  void Free(void* memory, size_t bytes) { device.Free(memory, bytes, *stream); }
  void CopyFromHost(void* to, const std::string& from) {
    if (!device.CopyFromHost(to, from.data(), from.size(), *stream)) Must(stream->Synchronize());
  }

  const std::unique_ptr<BackendRegistry> backends = testing::MakeTestBackends();
  Device& device = *backends->Find(GetParam())->device;
  const RefPtr<Stream> stream = Must(device.CreateStream({}));
};
INSTANTIATE_TEST_SUITE_P(Devices, DeviceLaw, ::testing::ValuesIn(testing::TestDevices()),
                         [](const auto& info) { return testing::TestName(info.param); });

std::string Pattern(size_t bytes, int seed) {
  std::string pattern(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) pattern[i] = static_cast<char>(i * 31 + i / 256 + seed * 7);
  return pattern;
}

TEST_P(DeviceLaw, BytesComeBack) {
  for (const size_t bytes : {1, 63, 1000, 32768, 32769, 3 << 20}) {
    const std::string in = Pattern(bytes, 1);
    void* const memory = Allocate(bytes);
    CopyFromHost(memory, in);
    std::string out(bytes, '\0');
    device.CopyToHost(out.data(), memory, bytes, *stream);
    Must(stream->Synchronize());
    EXPECT_TRUE(out == in) << bytes;
    Free(memory, bytes);
  }
}

TEST_P(DeviceLaw, ManyCopiesWaitForOneSynchronize) {
  constexpr int kCopies = 1000;
  constexpr size_t kBytes = 1000;
  char* const memory = static_cast<char*>(Allocate(kCopies * kBytes));
  std::vector<std::string> out(kCopies, std::string(kBytes, '\0'));
  for (int i = 0; i < kCopies; ++i) {
    CopyFromHost(memory + i * kBytes, Pattern(kBytes, i));
    device.CopyToHost(out[i].data(), memory + i * kBytes, kBytes, *stream);
  }
  Must(stream->Synchronize());
  for (int i = 0; i < kCopies; ++i) EXPECT_TRUE(out[i] == Pattern(kBytes, i)) << i;
  Free(memory, kCopies * kBytes);
}

TEST_P(DeviceLaw, FreedMemoryIsItsLastUsersUntilTheyAreDone) {
  for (const size_t bytes : {1000, 3 << 20}) {
    std::vector<std::string> out(50, std::string(bytes, '\0'));
    for (int i = 0; i < 50; ++i) {
      void* const memory = Allocate(bytes);
      CopyFromHost(memory, Pattern(bytes, i));
      device.CopyToHost(out[i].data(), memory, bytes, *stream);
      Free(memory, bytes);
    }
    Must(stream->Synchronize());
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(out[i] == Pattern(bytes, i)) << i;
  }
}

TEST_P(DeviceLaw, HostWorkIsDoneInTheOrderOfTheStream) {
  std::vector<int> order;
  auto held = std::make_shared<int>(0);
  for (int i = 0; i < 100; ++i) {
    stream->Enqueue([&order, held, i] { order.push_back(i); });
  }
  Must(stream->Synchronize());
  std::vector<int> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
  EXPECT_EQ(held.use_count(), 1) << "what work holds is let go";
}

TEST_P(DeviceLaw, TheNextRequestWorksAfterOneThatIsTooLarge) {
  // The host's allocators would end a sanitizer's program instead.
  if (device.id().kind != DeviceKind::kCuda) GTEST_SKIP() << "host memory";
  const absl::Status status = device.Allocate(size_t{1} << 42, *stream).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "OUT_OF_MEMORY");
  EXPECT_TRUE(device.fault().ok());
  Free(Allocate(1000), 1000);
  Must(stream->Synchronize());
}

TEST_P(DeviceLaw, SessionsEndWithoutWaiting) {
  RefPtr<Stream> other = Must(device.CreateStream({}));
  const std::string in = Pattern(1000, 1);
  void* const memory = Must(device.Allocate(in.size(), *other));
  if (!device.CopyFromHost(memory, in.data(), in.size(), *other)) Must(other->Synchronize());
  device.Free(memory, in.size(), *other);
  other = nullptr;
  EXPECT_GE(device.cached_bytes(), 0);
  EXPECT_TRUE(device.fault().ok());
}

TEST_P(DeviceLaw, BytesGoToAnotherDeviceInTheOrderOfBothStreams) {
  DeviceId next = device.id();
  ++next.index;
  const Backend* const other = backends->Find(next);
  if (other == nullptr) GTEST_SKIP() << "the only device of its kind";
  Device& reader = *other->device;
  const RefPtr<Stream> reading = Must(reader.CreateStream({}));
  constexpr int kCopies = 20;
  constexpr size_t kBytes = 1000;  // little enough to wait for nothing
  void* const from = Allocate(kBytes);
  std::vector<void*> copies;
  std::vector<std::string> out(kCopies, std::string(kBytes, '\0'));
  bool has_way = true;
  for (int i = 0; i < kCopies && has_way; ++i) {
    CopyFromHost(from, Pattern(kBytes, i));  // not before the last copy was made
    copies.push_back(Must(reader.Allocate(kBytes, *reading)));
    has_way = reader.CopyFromPeer(copies[i], *reading, from, device, *stream, kBytes);
    if (has_way) reader.CopyToHost(out[i].data(), copies[i], kBytes, *reading);
  }
  Free(from, kBytes);
  void* const again = Allocate(kBytes);  // may be the same memory
  CopyFromHost(again, Pattern(kBytes, -1));
  Free(again, kBytes);
  for (void* const copy : copies) reader.Free(copy, kBytes, *reading);
  Must(reading->Synchronize());
  Must(stream->Synchronize());
  if (!has_way) GTEST_SKIP() << "these devices copy through the host";
  for (int i = 0; i < kCopies; ++i) EXPECT_TRUE(out[i] == Pattern(kBytes, i)) << i;
}

}  // namespace
}  // namespace gradd
