#include "client/cli/graph_text.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace gradd::cli {
namespace {

// (x.sin() * x + 2 * x), as the server numbers it.
Graph Example() {
  Graph graph;
  graph.root = 5;
  graph.nodes[1] = {"AccumulateGrad", {}};
  graph.nodes[2] = {"SinBackward0", {{1, 0}}};
  graph.nodes[3] = {"MulBackward0", {{2, 0}, {1, 0}}};
  graph.nodes[4] = {"SplitBackward0", {{1, 1}, {0, 0}}};
  graph.nodes[5] = {"AddBackward0", {{3, 0}, {4, 0}}};
  return graph;
}

TEST(GraphText, IsATree) {
  EXPECT_EQ(WriteTree(Example()),
            "AddBackward0\n"
            "├─ MulBackward0\n"
            "│  ├─ SinBackward0\n"
            "│  │  └─ AccumulateGrad\n"
            "│  └─ AccumulateGrad (the same)\n"
            "└─ SplitBackward0\n"
            "   ├─ AccumulateGrad (output 1) (the same)\n"
            "   └─ None\n");
}

TEST(GraphText, WritesASharedPartOnce) {
  Graph graph = Example();
  graph.nodes[6] = {"MulBackward0", {{5, 0}, {5, 0}}};
  graph.root = 6;
  const std::string text = WriteTree(graph);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_NE(text.find("└─ AddBackward0 (above)\n"), std::string::npos);
}

TEST(GraphText, IsDot) {
  EXPECT_EQ(WriteDot(Example()),
            "digraph gradients {\n"
            "  node [shape=box];\n"
            "  n1 [label=\"AccumulateGrad\"];\n"
            "  n2 [label=\"SinBackward0\"];\n"
            "  n3 [label=\"MulBackward0\"];\n"
            "  n4 [label=\"SplitBackward0\"];\n"
            "  n5 [label=\"AddBackward0\"];\n"
            "  n2 -> n1;\n"
            "  n3 -> n2;\n"
            "  n3 -> n1;\n"
            "  n4 -> n1 [label=\"1\"];\n"
            "  n5 -> n3;\n"
            "  n5 -> n4;\n"
            "}\n");
}

}  // namespace
}  // namespace gradd::cli
