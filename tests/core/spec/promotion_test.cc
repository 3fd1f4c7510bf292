#include "core/spec/promotion.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gradd {
namespace {

constexpr std::array<DType, 4> kDTypes = {DType::kBool, DType::kInt64, DType::kFloat32,
                                          DType::kFloat64};

TEST(PromotionTest, PromoteTypesIsTorchs) {
  // torch.promote_types of bool, int64, float32 and float64 with each other.
  const std::array<std::string, 4> expected = {"bifd", "iifd", "fffd", "dddd"};
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      const DType promoted = PromoteTypes(kDTypes[a], kDTypes[b]);
      EXPECT_EQ(std::string("bifd")[static_cast<int>(promoted)], expected[a][b])
          << Name(kDTypes[a]) << " " << Name(kDTypes[b]);
    }
  }
}

// Vectors and scalar tensors of every dtype, then the numbers True, 2 and 2.5.
std::vector<TensorSpec> Operands() {
  std::vector<TensorSpec> operands;
  for (const DType dtype : kDTypes) operands.push_back(TensorSpec::Contiguous(dtype, {2}, {}));
  for (const DType dtype : kDTypes) operands.push_back(TensorSpec::Contiguous(dtype, {}, {}));
  for (const DType dtype : {DType::kBool, DType::kInt64, DType::kFloat64}) {
    operands.push_back(TensorSpec::Contiguous(dtype, {}, {}));
    operands.back().weak = true;
  }
  return operands;
}

TEST(PromotionTest, ResultTypeIsTorchs) {
  // torch.result_type of each pair of operands; '-' for two numbers, which torch does not take.
  const std::vector<std::string> expected = {
      "bifdbifdbif", "iifdiifdiif", "fffdfffffff", "ddddddddddd",  // vectors
      "bifdbifdbif", "iifdiifdiif", "fffdfffdfff", "ddfdddddddd",  // scalar tensors
      "bifdbifd---", "iifdiifd---", "fffdfffd---",                 // numbers
  };
  const std::vector<TensorSpec> operands = Operands();
  for (size_t a = 0; a < operands.size(); ++a) {
    for (size_t b = 0; b < operands.size(); ++b) {
      if (expected[a][b] == '-') continue;
      const DType result = ResultType({&operands[a], &operands[b]});
      EXPECT_EQ(std::string("bifd")[static_cast<int>(result)], expected[a][b]) << a << " " << b;
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
  const TensorSpec& int_vector = operands[1];
  const TensorSpec& double_scalar = operands[7];
  const TensorSpec& number = operands[10];
  EXPECT_EQ(ResultType({&int_vector, &double_scalar, &number}), DType::kFloat64);
  EXPECT_EQ(ResultType({&number, &int_vector, &int_vector}), DType::kFloat32);
}

}  // namespace
}  // namespace gradd
