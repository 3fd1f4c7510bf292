// A graph of nodes as text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gradd::cli {

struct GraphEdge {
  uint64_t node = 0;  // 0: no gradient flows here
  uint32_t output = 0;
};
struct GraphNode {
  std::string name;
  std::vector<GraphEdge> next;
};
struct Graph {
  uint64_t root = 0;
  std::map<uint64_t, GraphNode> nodes;
};

// One node a line, under the one that it gets its gradient from. A node that was written already is
// named again with "(above)", without what is below it.
std::string WriteTree(const Graph& graph);
// In the DOT language of Graphviz.
std::string WriteDot(const Graph& graph);

}  // namespace gradd::cli
