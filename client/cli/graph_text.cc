#include "client/cli/graph_text.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gradd::cli {

std::string WriteTree(const Graph& graph) {
  struct Line {
    GraphEdge edge;
    std::string before;  // the branches of the lines above that go on
    std::string branch;
  };
  std::string text;
  std::set<uint64_t> written;
  // Not recursive: chains are as long as programs are.
  std::vector<Line> open = {{{graph.root, 0}, "", ""}};
  while (!open.empty()) {
    const Line line = std::move(open.back());
    open.pop_back();
    absl::StrAppend(&text, line.before, line.branch);
    if (line.edge.node == 0) {
      text += "None\n";
      continue;
    }
    const GraphNode& node = graph.nodes.at(line.edge.node);
    text += node.name;
    if (line.edge.output > 0) absl::StrAppend(&text, " (output ", line.edge.output, ")");
    if (!written.insert(line.edge.node).second) {
      text += node.next.empty() ? " (the same)\n" : " (above)\n";
      continue;
    }
    text += '\n';
    const std::string before =
        line.branch.empty() ? "" : line.before + (line.branch == "└─ " ? "   " : "│  ");
    for (size_t i = node.next.size(); i-- > 0;) {
      open.push_back({node.next[i], before, i + 1 == node.next.size() ? "└─ " : "├─ "});
    }
  }
  return text;
}

std::string WriteDot(const Graph& graph) {
  std::string text = "digraph gradients {\n  node [shape=box];\n";
  for (const auto& [id, node] : graph.nodes) {
    absl::StrAppend(&text, "  n", id, " [label=\"", node.name, "\"];\n");
  }
  for (const auto& [id, node] : graph.nodes) {
    for (const GraphEdge& edge : node.next) {
      if (edge.node == 0) continue;
      absl::StrAppend(&text, "  n", id, " -> n", edge.node);
      if (edge.output > 0) absl::StrAppend(&text, " [label=\"", edge.output, "\"]");
      text += ";\n";
    }
  }
  return text + "}\n";
}

}  // namespace gradd::cli
