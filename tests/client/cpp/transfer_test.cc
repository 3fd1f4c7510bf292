// Data on its way to the server and back.
#include "client/cpp/transfer.h"

#include <string>

#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/client/fake_service.h"

namespace gradd {
namespace {

std::vector<v1::CreateTensorRequest> Created(FakeService& service) {
  std::vector<v1::CreateTensorRequest> created;
  for (const v1::Command& command : service.commands()) {
    if (command.has_create_tensor()) created.push_back(command.create_tensor());
  }
  return created;
}

std::string Pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 % 2);
  return bytes;
}

TEST(Transfer, SmallTensorsRideInTheirCommand) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = tensor({{1.5, 2.0}, {3.0, 4.0}}, on(connection).requires_grad(true));
  connection.Synchronize();
  const std::vector<v1::CreateTensorRequest> created = Created(service);
  ASSERT_EQ(created.size(), 1u);
  EXPECT_EQ(created[0].spec().dtype(), v1::DTYPE_FLOAT32);
  EXPECT_EQ(created[0].spec().shape_size(), 2);
  EXPECT_TRUE(created[0].requires_grad());
  float values[4];
  ASSERT_EQ(created[0].data().size(), sizeof(values));
  std::memcpy(values, created[0].data().data(), sizeof(values));
  EXPECT_EQ(values[0], 1.5f);
  EXPECT_EQ(values[3], 4.0f);
  EXPECT_TRUE(x.requires_grad());
  EXPECT_TRUE(x.is_leaf());
}

TEST(Transfer, LiteralsHaveTheDTypesOfPyTorch) {
  FakeService service;
  const Connection connection(service.Options());
  const TensorOptions options = on(connection);
  EXPECT_EQ(tensor({1, 2, 3}, options).dtype(), kInt64);
  EXPECT_EQ(tensor({1, 2.5}, options).dtype(), kFloat32);
  EXPECT_EQ(tensor({true, false}, options).dtype(), kBool);
  EXPECT_EQ(tensor(3.5, options).shape(), Dims());
  EXPECT_EQ(tensor({1.0}, options).shape(), Dims({1}));
  EXPECT_EQ(tensor({{1.0}}, options).shape(), Dims({1, 1}));
  EXPECT_EQ(tensor(std::vector<double>{1, 2}, options.dtype(kFloat64)).dtype(), kFloat64);
  EXPECT_EQ(tensor(std::vector<std::vector<int>>{{1, 2}, {3, 4}}, options).shape(), Dims({2, 2}));
  EXPECT_THROW(tensor({{1, 2}, {3}}, options), Error);
}

TEST(Transfer, LargeTensorsGoThroughABlobAndResume) {
  FakeService service;
  service.SetInlineLimit(1024);
  service.BreakTransferAfter(17);
  const Connection connection(service.Options());
  const std::string data = Pattern(50'321);
  const Tensor x = from_blob(data.data(), {50'321}, on(connection).dtype(kBool));
  connection.Synchronize();
  EXPECT_EQ(service.uploaded(), data);
  const std::vector<v1::CreateTensorRequest> created = Created(service);
  ASSERT_EQ(created.size(), 1u);
  EXPECT_EQ(created[0].blob(), 1u);
  EXPECT_TRUE(created[0].data().empty());
}

TEST(Transfer, ALargeFetchComesAsABlobAndResumes) {
  FakeService service;
  const std::string data = Pattern(50'321);
  service.SetBlob(data);
  service.BreakTransferAfter(23);
  const Connection connection(service.Options());
  const HostTensor host = ones({}, on(connection)).Fetch();
  EXPECT_EQ(absl::string_view(host.bytes), data);
}

TEST(Transfer, AnAnswerThatDoesNotFitItsShapeIsRefused) {
  FakeService service;
  const Connection connection(service.Options());
  const Tensor x = ones({}, on(connection));
  v1::TensorData data;
  data.set_dtype(v1::DTYPE_FLOAT32);
  data.add_shape(3);
  data.set_data("12345678");
  service.SetData(data);
  EXPECT_THROW((void)x.Fetch(), Error);
  data.set_shape(0, -1);
  service.SetData(data);
  EXPECT_THROW((void)x.Fetch(), Error);
  data.set_dtype(static_cast<v1::DType>(55));
  service.SetData(data);
  EXPECT_THROW((void)x.Fetch(), Error);
}

TEST(Transfer, ValuesConvert) {
  FakeService service;
  const Connection connection(service.Options());
  v1::TensorData data;
  data.set_dtype(v1::DTYPE_FLOAT32);
  data.add_shape(2);
  const float values[] = {1.5f, -2.0f};
  data.set_data(values, sizeof(values));
  service.SetData(data);
  const Tensor x = ones({2}, on(connection));
  EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{1.5f, -2.0f}));
  EXPECT_EQ(x.to_vector<double>(), (std::vector<double>{1.5, -2.0}));
  EXPECT_EQ(x.to_vector<int64_t>(), (std::vector<int64_t>{1, -2}));
  EXPECT_THROW(x.item<float>(), Error);
  EXPECT_EQ(ToString(x), "tensor([ 1.5000, -2.0000])");
}

TEST(Transfer, FloatsArePrintedAlike) {
  FakeService service;
  const Connection connection(service.Options());
  v1::TensorData data;
  data.set_dtype(v1::DTYPE_FLOAT64);
  data.add_shape(4);
  const double values[] = {0.99999999, -3, 1e20, 123456.5};
  data.set_data(values, sizeof(values));
  service.SetData(data);
  EXPECT_EQ(
      ToString(ones({4}, on(connection).dtype(kFloat64))),
      "tensor([ 1.0000e+00, -3.0000e+00,  1.0000e+20,  1.2346e+05],\n       dtype=torch.float64)");
}

TEST(Transfer, OfALargeTensorOnlyWhatIsPrintedIsFetched) {
  FakeService service;
  const Connection connection(service.Options());
  v1::TensorData data;
  data.set_dtype(v1::DTYPE_INT64);
  data.add_shape(2);
  data.add_shape(6);
  const int64_t values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  data.set_data(values, sizeof(values));
  service.SetData(data);
  EXPECT_EQ(ToString(zeros({2, 20'000}, on(connection).dtype(kInt64))),
            "tensor([[ 1,  2,  3,  ...,  4,  5,  6],\n        [ 7,  8,  9,  ..., 10, 11, 12]])");
  std::vector<std::string> ops;
  for (const v1::Command& command : service.commands()) {
    for (const v1::OpCall& call : command.forward().calls()) {
      ops.push_back(service.Text(call.op_id()));
    }
  }
  EXPECT_THAT(ops, ::testing::ElementsAre("full", "index_select"));
}

}  // namespace
}  // namespace gradd
