#include "server/session/answer.h"

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

#include "gradd/v1/gradient_service.pb.h"

namespace gradd::server {
namespace {

v1::Result Fetched(size_t bytes) {
  v1::Result result;
  result.set_sequence(300);
  v1::TensorData& tensor = *result.mutable_fetch()->mutable_tensor();
  tensor.set_dtype(v1::DTYPE_BOOL);
  tensor.add_shape(static_cast<int64_t>(bytes));
  tensor.set_data(std::string(bytes, '\1'));
  return result;
}

TEST(Answer, SilentSuccessIsNoAnswer) {
  v1::Result result;
  result.set_sequence(7);
  EXPECT_TRUE(EncodeAnswer(&result).empty());
}

TEST(Answer, IsAFieldOfAResponseWhateverItsSize) {
  for (const size_t bytes : {0, 1, 1000, 32 << 10, 1 << 20}) {
    const v1::Result expected = Fetched(bytes);
    v1::Result result = expected;
    const absl::Cord answer = EncodeAnswer(&result);
    // Two of them beside each other are a message with two.
    v1::ExecuteResponse response;
    ASSERT_TRUE(response.ParseFromString(std::string(answer) + std::string(answer)));
    ASSERT_EQ(response.results_size(), 2);
    for (const v1::Result& got : response.results()) {
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(got, expected)) << bytes;
    }
    v1::Result decoded;
    EXPECT_TRUE(DecodeAnswer(answer, &decoded));
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(decoded, expected)) << bytes;
  }
}

}  // namespace
}  // namespace gradd::server
