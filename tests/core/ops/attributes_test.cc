#include "core/ops/attributes.h"

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op.h"
#include "core/ops/op_table.h"

namespace gradd {
namespace {

TEST(AttributesTest, HoldTypedValues) {
  const Attributes attributes = {true,
                                 int64_t{3},
                                 2.5,
                                 DType::kInt64,
                                 Dims{1, 2},
                                 Scalar(int{7}),
                                 DeviceId{DeviceKind::kSim, 1}};
  ASSERT_EQ(attributes.size(), 7u);
  EXPECT_TRUE(attributes.Bool(0));
  EXPECT_EQ(attributes.Int(1), 3);
  EXPECT_EQ(attributes.Float(2), 2.5);
  EXPECT_EQ(attributes.DType(3), DType::kInt64);
  EXPECT_EQ(attributes.Dims(4), (Dims{1, 2}));
  EXPECT_EQ(attributes.Scalar(5), Scalar(7));
  EXPECT_EQ(attributes.Device(6), (DeviceId{DeviceKind::kSim, 1}));
  EXPECT_EQ(Attributes().size(), 0u);
  const Attributes absent = {std::monostate()};
  EXPECT_FALSE(absent.Has(0));
}

TEST(AttributesTest, ChecksCountPresenceAndKind) {
  const Op& to = *FindOp("to");  // dtype?, device?
  EXPECT_TRUE(CheckAttributes(to, {std::monostate(), std::monostate()}).ok());
  EXPECT_TRUE(CheckAttributes(to, {DType::kBool, DeviceId()}).ok());
  EXPECT_EQ(CheckAttributes(to, {}).message(), "to(): expected 2 attributes, but got 0");
  EXPECT_EQ(CheckAttributes(to, {DeviceId(), DType::kBool}).message(),
            "to(): attribute 'dtype' must be dtype");
  const Op& select = *FindOp("select");  // dim, index
  const absl::Status missing = CheckAttributes(select, {int64_t{0}, std::monostate()});
  EXPECT_EQ(missing.message(), "select(): missing attribute 'index'");
  EXPECT_EQ(ErrorReason(missing), "ATTRIBUTE_MISSING");
  const absl::Status wrong = CheckAttributes(select, {int64_t{0}, 1.0});
  EXPECT_EQ(wrong.message(), "select(): attribute 'index' must be int");
  EXPECT_EQ(ErrorReason(wrong), "ATTRIBUTE_TYPE");
}

TEST(AttributesTest, EveryKindTakesItsOwnTypeOnly) {
  const std::vector<AttributeValue> values = {true,   int64_t{1}, 1.0,       DType::kBool,
                                              Dims{}, Scalar(1),  DeviceId()};
  for (size_t kind = 0; kind < values.size(); ++kind) {
    Op op;
    op.name = "op";
    op.attributes = {{"a", static_cast<AttributeKind>(kind)}};
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(CheckAttributes(op, Attributes({values[i]})).ok(), i == kind)
          << Name(static_cast<AttributeKind>(kind)) << " " << i;
    }
  }
}

TEST(AttributesTest, FallbacksHaveTheirAttributesKind) {
  for (const Op* op : AllOps()) {
    for (const AttributeDef& def : op->attributes) {
      if (std::holds_alternative<std::monostate>(def.fallback)) continue;
      Op only = *op;
      only.attributes = {def};
      EXPECT_TRUE(CheckAttributes(only, Attributes({def.fallback})).ok())
          << op->name << " " << def.name;
    }
  }
}

}  // namespace
}  // namespace gradd
