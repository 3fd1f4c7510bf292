// Index tensors are looked at on a device only where nobody knows that they are good: what is
// looked at is counted, on an asynchronous device.
#include "core/runtime/known_integers.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/device/sim/sim_device.h"
#include "core/kernels/cpu/cpu_kernels.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Must;

// Counts how often somebody copies from it.
class CountingDevice final : public Device {
 public:
  explicit CountingDevice(std::unique_ptr<Device> device) : device_(std::move(device)) {}

  DeviceId id() const override { return device_->id(); }
  absl::StatusOr<RefPtr<Stream>> CreateStream(const StreamOptions& options) override {
    return device_->CreateStream(options);
  }
  absl::StatusOr<void*> Allocate(size_t bytes, Stream& stream) override {
    return device_->Allocate(bytes, stream);
  }
  void Free(void* memory, size_t bytes, Stream& stream) override {
    device_->Free(memory, bytes, stream);
  }
  bool CopyFromHost(void* to, const void* from, size_t bytes, Stream& stream) override {
    return device_->CopyFromHost(to, from, bytes, stream);
  }
  void CopyToHost(void* to, const void* from, size_t bytes, Stream& stream) override {
    ++copies;
    device_->CopyToHost(to, from, bytes, stream);
  }

  int copies = 0;

 private:
  const std::unique_ptr<Device> device_;
};

class KnownIntegersTest : public ::testing::Test {
 protected:
  KnownIntegersTest() {
    auto device = std::make_unique<CountingDevice>(MakeSimDevice({.index = 1}));
    device_ = device.get();
    e.backends->Add(std::move(device), cpu::CpuKernels());
  }

  // How often the device was asked while `body` ran.
  template <class Body>
  int Looks(const Body& body) {
    const int before = device_->copies;
    body();
    return device_->copies - before;
  }
  Value Indices(const std::vector<int64_t>& indices) {
    return e.Tensor<int64_t>({static_cast<int64_t>(indices.size())}, indices);
  }
  Value Select(const Value& x, const Value& index) {
    return e.Op("index_select", {x, index}, {int64_t{0}});
  }

  static constexpr DeviceId kDevice = {DeviceKind::kSim, 1};
  testing::Engine e{kDevice};
  CountingDevice* device_;
};

TEST_F(KnownIntegersTest, WhatWasUploadedIsKnown) {
  const Value x = e.Vector({1, 2, 3, 4});
  const Value index = Indices({3, 0, 3});
  Value taken;
  EXPECT_EQ(Looks([&] { taken = Select(x, index); }), 0);
  EXPECT_THAT(e.Read(taken), ElementsAre(4, 1, 4));
  EXPECT_EQ(Looks([&] { (void)e.Op("gather", {x, index}, {int64_t{0}}); }), 0);
  EXPECT_EQ(Looks([&] { (void)e.Op("one_hot", {index}, {int64_t{4}}); }), 0);
  const Value rows = e.Tensor<float>({3, 4}, std::vector<float>(12, -1));
  EXPECT_EQ(Looks([&] { (void)e.Op("nll_loss", {rows, index}, {int64_t{-100}, int64_t{1}}); }), 0);
}

TEST_F(KnownIntegersTest, ABadUploadedIndexFailsItsCall) {
  const Value x = e.Vector({1, 2, 3, 4});
  for (const int64_t bad : {int64_t{4}, int64_t{-1}, INT64_MAX, INT64_MIN}) {
    const absl::Status status =
        e.Try("index_select", {x, Indices({0, bad})}, {int64_t{0}}).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr("is out of bounds for a dimension"));
  }
  const Value rows = e.Tensor<float>({2, 4}, std::vector<float>(8, -1));
  const absl::Status status =
      e.Try("nll_loss", {rows, Indices({1, 7})}, {int64_t{-100}, int64_t{1}}).status();
  EXPECT_EQ(status.message(), "Target 7 is out of bounds.");
  EXPECT_THAT(e.Read(Select(x, Indices({1}))), ElementsAre(2));
}

TEST_F(KnownIntegersTest, WhatIsMadeOfKnownIntegersIsKnown) {
  const Value x = e.Vector({1, 2, 3, 4});
  const Value labels = Indices({3, 2, 1, 0, 1});
  const Value order =
      e.Op("randperm", {}, {int64_t{5}, DType::kInt64, kDevice, int64_t{7}, int64_t{1}});
  EXPECT_EQ(
      Looks([&] {
        const Value batch =
            e.Op("slice", {order}, {int64_t{0}, int64_t{1}, int64_t{4}, int64_t{1}});
        const Value shuffled = Select(labels, batch);
        (void)Select(x, shuffled);
        (void)Select(x, e.Op("flip", {shuffled}, {Dims{0}}));
        (void)Select(x, e.Op("cat", {shuffled, labels}, {int64_t{0}}));
        (void)Select(x, e.Op("clone", {shuffled}));
        (void)Select(x, e.Op("view", {e.Op("argmax", {x}, {std::monostate(), false})}, {Dims{1}}));
        (void)Select(x,
                     e.Op("arange", {}, {Scalar(0), Scalar(4), Scalar(1), DType::kInt64, kDevice}));
        (void)Select(
            x, e.Op("arange", {}, {Scalar(3), Scalar(-1), Scalar(-1), DType::kInt64, kDevice}));
        const Values sorted = Must(e.tape.Apply(*FindOp("sort"), {x}, {int64_t{0}, false}));
        (void)Select(x, sorted[1]);
        (void)Select(x, e.Op("randint", {},
                             {int64_t{0}, int64_t{4}, Dims{9}, DType::kInt64, kDevice, int64_t{7},
                              int64_t{2}}));
      }),
      0);
}

TEST_F(KnownIntegersTest, WhatWasCheckedOnceIsKnown) {
  const Value x = e.Vector({1, 2, 3, 4});
  const Value index = e.Op("add", {Indices({0, 1}), MakeScalar(2)});
  EXPECT_EQ(Looks([&] { (void)Select(x, index); }), 1);
  EXPECT_EQ(Looks([&] { (void)Select(x, index); }), 0);
  // Of a larger tensor all are good too, of a smaller one not.
  EXPECT_EQ(Looks([&] { (void)Select(e.Vector({1, 2, 3, 4, 5}), index); }), 0);
  EXPECT_FALSE(e.Try("index_select", {e.Vector({1, 2}), index}, {int64_t{0}}).ok());
  // A part of a tensor says nothing about the rest of it.
  const Value whole = e.Op("add", {Indices({0, 100}), MakeScalar(0)});
  const Value part = e.Op("slice", {whole}, {int64_t{0}, int64_t{0}, int64_t{1}, int64_t{1}});
  EXPECT_THAT(e.Read(Select(x, part)), ElementsAre(1));
  EXPECT_FALSE(e.Try("index_select", {x, whole}, {int64_t{0}}).ok());
}

TEST_F(KnownIntegersTest, WhatNobodyLookedAtIsNotTakenForChecked) {
  const Value x = e.Tensor<double>({2, 2}, {1, 2, 3, 4});
  const Value bad = e.Op("add", {e.Tensor<int64_t>({2, 1}, {998, 0}), MakeScalar(1)});
  // Together they name nothing, so that no entry is read.
  const Value none = e.Tensor<int64_t>({1, 0}, {});
  const Value taken = e.Op("index", {x, bad, none}, {Dims{0, 1}});
  EXPECT_EQ(taken->spec().element_count(), 0);
  EXPECT_FALSE(e.Try("index", {x, bad}, {Dims{0}}).ok());
}

TEST_F(KnownIntegersTest, IgnoredTargetsAreNotTakenForClasses) {
  const Value rows = e.Tensor<float>({2, 4}, std::vector<float>(8, -1));
  const Value targets = e.Op("add", {Indices({1, -102}), MakeScalar(2)});
  const Attributes attributes = {int64_t{-100}, int64_t{1}};
  EXPECT_THAT(e.Read<float>(e.Op("nll_loss", {rows, targets}, attributes)), ElementsAre(1));
  EXPECT_FALSE(e.Try("one_hot", {targets}, {int64_t{4}}).ok());
}

TEST_F(KnownIntegersTest, AWriteIntoAnIndexTensorMakesItUnknown) {
  const Value x = e.Vector({1, 2, 3, 4});
  const Value index = Indices({0, 1});
  (void)Select(x, index);
  const Value last = e.Op("select", {index}, {int64_t{0}, int64_t{1}});
  Must(e.tape.Assign(last, e.Op("add", {last, MakeScalar(50)})));
  EXPECT_FALSE(e.Try("index_select", {x, index}, {int64_t{0}}).ok());
  Must(e.tape.Assign(index, Indices({3, 3})));
  EXPECT_THAT(e.Read(Select(x, index)), ElementsAre(4, 4));
}

TEST_F(KnownIntegersTest, NarrowingIsNotTrusted) {
  const Value wide = Indices({int64_t{1} << 32, 1});
  const Value narrow = e.Op("to", {wide}, {DType::kInt32, std::monostate()});
  EXPECT_EQ(AsTensor(narrow).cell().buffer->integer_range(), nullptr);
  const Value index = e.Op("to", {Indices({2, 1})}, {DType::kInt32, std::monostate()});
  EXPECT_NE(AsTensor(index).cell().buffer->integer_range(), nullptr);
}

TEST(RangeOfTest, OfBytesThatBeginAnywhere) {
  const int64_t elements[] = {5, -3, INT64_MAX, 0};
  std::vector<char> bytes(1 + sizeof elements);
  std::memcpy(bytes.data() + 1, elements, sizeof elements);
  const auto range = RangeOf(DType::kInt64, absl::MakeConstSpan(bytes).subspan(1));
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(range->least, -3);
  EXPECT_EQ(range->most, INT64_MAX);
  EXPECT_FALSE(RangeOf(DType::kInt64, {}).has_value());
  EXPECT_FALSE(RangeOf(DType::kFloat32, "abcd").has_value());
}

}  // namespace
}  // namespace gradd
