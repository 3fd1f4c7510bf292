#include "core/spec/promotion.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gradd {
namespace {

// In the order of the enum: bool, int32, int64, float16, bfloat16, float32, float64.
constexpr char kLetters[] = "bilhgfd";

std::vector<DType> AllDTypes() {
  std::vector<DType> all;
  for (int i = 0; i < kDTypeCount; ++i) all.push_back(static_cast<DType>(i));
  return all;
}

TEST(PromotionTest, PromoteTypesIsTorchs) {
  // torch.promote_types of each with each.
  const std::vector<std::string> expected = {"bilhgfd", "iilhgfd", "lllhgfd", "hhhhffd",
                                             "gggfgfd", "ffffffd", "ddddddd"};
  for (const DType a : AllDTypes()) {
    for (const DType b : AllDTypes()) {
      EXPECT_EQ(kLetters[static_cast<int>(PromoteTypes(a, b))],
                expected[static_cast<int>(a)][static_cast<int>(b)])
          << Name(a) << " " << Name(b);
    }
  }
}

// Vectors and scalar tensors of every dtype, then the numbers True, 2 and 2.5.
std::vector<TensorSpec> Operands() {
  std::vector<TensorSpec> operands;
  for (const DType dtype : AllDTypes()) operands.push_back(TensorSpec::Contiguous(dtype, {2}, {}));
  for (const DType dtype : AllDTypes()) operands.push_back(TensorSpec::Contiguous(dtype, {}, {}));
  for (const DType dtype : {DType::kBool, DType::kInt64, DType::kFloat64}) {
    operands.push_back(TensorSpec::Contiguous(dtype, {}, {}));
    operands.back().weak = true;
  }
  return operands;
}

TEST(PromotionTest, ResultTypeIsTorchs) {
  // torch.result_type of each pair of operands; '-' for two numbers, which torch does not take.
  const std::vector<std::string> expected = {
      "bilhgfdbilhgfdblf", "iilhgfdiiihgfdiif", "lllhgfdlllhgfdllf", "hhhhffdhhhhhhhhhh",
      "gggfgfdgggggggggg", "ffffffdffffffffff", "ddddddddddddddddd", "bilhgfdbilhgfdblf",
      "iilhgfdiilhgfdiif", "lilhgfdlllhgfdllf", "hhhhgfdhhhhffdhhh", "ggghgfdgggfgfdggg",
      "fffhgfdffffffdfff", "dddhgfddddddddddd", "bilhgfdbilhgfd---", "lilhgfdlilhgfd---",
      "fffhgfdfffhgfd---"};
  const std::vector<TensorSpec> operands = Operands();
  for (size_t a = 0; a < operands.size(); ++a) {
    for (size_t b = 0; b < operands.size(); ++b) {
      if (expected[a][b] == '-') continue;
      const DType result = ResultType({&operands[a], &operands[b]});
      EXPECT_EQ(kLetters[static_cast<int>(result)], expected[a][b]) << a << " " << b;
    }
  }
}

TEST(PromotionTest, NumbersAloneAreOfTheDefaultFloat) {
  const TensorSpec number = Operands().back();
  EXPECT_EQ(ResultType({&number}), DType::kFloat32);
  EXPECT_EQ(ResultType({}), DType::kFloat32);
}

TEST(PromotionTest, ThreeOperandsPromoteByGroups) {
  const std::vector<TensorSpec> operands = Operands();
  const TensorSpec& int_vector = operands[2];  // int64
  const TensorSpec& double_scalar = operands[13];
  const TensorSpec& number = operands[16];
  EXPECT_EQ(ResultType({&int_vector, &double_scalar, &number}), DType::kFloat64);
  EXPECT_EQ(ResultType({&number, &int_vector, &int_vector}), DType::kFloat32);
}

}  // namespace
}  // namespace gradd
