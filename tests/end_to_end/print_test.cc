// Printing over a connection: what is fetched, and what is said of autograd.
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "client/cpp/tensor_format.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

class PrintOverAConnection : public ::testing::Test {
 protected:
  PrintOverAConnection() {
    ConnectionOptions options;
    options.target = server_.target();
    options.device = "cpu";  // other devices are named in what is printed
    Connection::SetDefault(Connection(options));
  }
  ~PrintOverAConnection() override { Connection::ClearDefault(); }

 private:
  testing::RunningServer server_;
};

TEST_F(PrintOverAConnection, OfALargeTensorChoosesOnTheServer) {
  for (const Dims& shape : std::vector<Dims>{{20'000}, {200, 300}, {3, 4000, 5}, {50'000, 2}}) {
    for (const DType dtype : {kFloat32, kInt64, kBool, kFloat16}) {
      const Tensor x = (randn(shape) * 100).to(dtype);
      const HostTensor whole = x.Fetch();
      const PrintOptions options;
      EXPECT_EQ(ToString(x), FormatTensor(ShownPart(whole, options), shape, options, "", ""))
          << ToString(DimsView(shape));
      EXPECT_EQ(ToString(x, PrintOptions::Short()),
                FormatTensor(ShownPart(whole, PrintOptions::Short()), shape, PrintOptions::Short(),
                             "", ""));
    }
  }
  const Tensor turned = randn({300, 100}).t();
  const HostTensor whole = turned.Fetch();
  EXPECT_EQ(ToString(turned), FormatTensor(ShownPart(whole, {}), turned.shape(), {}, "", ""));
}

TEST_F(PrintOverAConnection, NamesTheHistoryAndTheDevice) {
  const Tensor x = ones({2}, requires_grad());
  EXPECT_EQ(ToString(x), "tensor([1., 1.], requires_grad=True)");
  EXPECT_EQ(ToString(x * 2), "tensor([2., 2.], grad_fn=<MulBackward0>)");
  EXPECT_EQ(ToString((x * 2).detach()), "tensor([2., 2.])");
  EXPECT_EQ(ToString(ones({1}, device("sim:0").dtype(kFloat64))),
            "tensor([1.], device='sim:0', dtype=torch.float64)");
  EXPECT_EQ(ToString(Tensor()), "None");
  const Tensor large = x.sum() * ones({20'000});
  EXPECT_EQ(ToString(large), "tensor([2., 2., 2.,  ..., 2., 2., 2.], grad_fn=<MulBackward0>)");
  large.sum().backward();
  EXPECT_EQ(x.grad().to_vector<float>(), (std::vector<float>{20'000, 20'000}))
      << "printing recorded nothing";
}

}  // namespace
}  // namespace gradd
