#include "core/ops/op_table.h"

#include <set>

#include <gtest/gtest.h>

#include "core/ops/index_set.h"

namespace gradd {
namespace {

TEST(OpTableTest, IsDenseAndWithoutRepeats) {
  std::set<std::string> names;
  std::set<uint64_t> hashes;
  for (size_t i = 0; i < AllOps().size(); ++i) {
    const Op& op = *AllOps()[i];
    EXPECT_EQ(op.index, static_cast<int>(i));
    EXPECT_TRUE(names.insert(op.name).second) << op.name;
    EXPECT_TRUE(hashes.insert(op.hash).second) << op.name;
    EXPECT_EQ(FindOp(op.name), &op);
  }
  EXPECT_EQ(FindOp("no_such_op"), nullptr);
  EXPECT_EQ(FindOp(""), nullptr);
}

TEST(OpTableTest, EveryOpIsComplete) {
  for (const Op* op : AllOps()) {
    SCOPED_TRACE(op->name);
    EXPECT_NE(op->spec, nullptr);
    EXPECT_FALSE(op->doc.empty());
    EXPECT_EQ(op->doc.back(), '.');
    EXPECT_GE(op->output_count, 1);
    // What flows in reverse flows forward.
    EXPECT_EQ(op->vjp != nullptr, op->jvp != nullptr);
    EXPECT_TRUE(op->residuals == nullptr || op->vjp != nullptr);
    EXPECT_TRUE(!op->is_view || op->output_count == 1);
    if (op->is_random) {
      ASSERT_GE(op->attributes.size(), 2u);
      EXPECT_EQ(op->attributes[op->attributes.size() - 2].name, "seed");
      EXPECT_EQ(op->attributes.back().name, "offset");
    }
  }
}

TEST(OpTableTest, NodesAreNamedAsInPyTorch) {
  EXPECT_EQ(FindOp("sin")->node_name, "SinBackward0");
  EXPECT_EQ(FindOp("index_select")->node_name, "IndexSelectBackward0");
  EXPECT_EQ(FindOp("to")->node_name, "ToCopyBackward0");
  EXPECT_EQ(FindOp("strided_scatter")->node_name, "CopySlices");
}

// Client and server of different builds compare hashes, so they must be the same everywhere. Where
// one of these changes on purpose, the op's meaning or arguments changed.
TEST(OpTableTest, HashesAreStable) {
  EXPECT_EQ(FindOp("add")->hash, 7660912033113846495u);
  EXPECT_EQ(FindOp("sum")->hash, 9713008989423650086u);
  EXPECT_EQ(FindOp("slice")->hash, 4702586708333956328u);
  EXPECT_EQ(FindOp("sin_vjp0")->hash, 12353405000857974101u);
}

TEST(OpTableTest, HashesSeeWhatAnOpIs) {
  (void)AllOps();  // complete from here on: the ops below are not in it
  Op op;
  op.name = "hash_test";
  op.inputs = {"a", "b"};
  op.attributes = {{"dim", AttributeKind::kInt}};
  const uint64_t hash = DefineOp(op).hash;
  EXPECT_EQ(DefineOp(op).hash, hash);
  Op other = op;
  other.revision = 2;
  EXPECT_NE(DefineOp(other).hash, hash);
  other = op;
  other.inputs = {"b", "a"};
  EXPECT_NE(DefineOp(other).hash, hash);
  other = op;
  other.attributes[0].kind = AttributeKind::kFloat;
  EXPECT_NE(DefineOp(other).hash, hash);
  other = op;
  other.attributes[0].optional = true;
  EXPECT_NE(DefineOp(other).hash, hash);
  other = op;
  other.output_count = 2;
  EXPECT_NE(DefineOp(other).hash, hash);
  EXPECT_EQ(FindOp("hash_test"), nullptr);
}

TEST(IndexSetTest, HoldsPositions) {
  IndexSet set;
  EXPECT_TRUE(set.empty());
  set.Add(2);
  EXPECT_TRUE(set.Contains(2));
  EXPECT_FALSE(set.Contains(1));
  set.Add(70);
  EXPECT_TRUE(set.Contains(63));  // positions from 63 on stand or fall together
  EXPECT_TRUE(set.Contains(1000));
  EXPECT_FALSE(set.Contains(62));
  EXPECT_TRUE(IndexSet::All().Contains(0));
}

}  // namespace
}  // namespace gradd
