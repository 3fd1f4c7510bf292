// gradctl graph
#include <memory>
#include <stdexcept>
#include <vector>

#include "client/cli/command.h"
#include "client/cli/commands/evaluation.h"
#include "client/cli/graph_text.h"

namespace gradd::cli {
namespace {

Graph GraphFrom(const Node& root) {
  Graph graph;
  graph.root = root.id();
  std::vector<Node> open = {root};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    const auto [place, is_new] = graph.nodes.try_emplace(node.id());
    if (!is_new) continue;
    place->second.name = node.name();
    for (const Node::Edge& edge : node.next_functions()) {
      place->second.next.push_back({edge.node.id(), edge.output});
      if (edge.node) open.push_back(edge.node);
    }
  }
  return graph;
}

// Whose gradient a node accumulates is not said by the graph, but every use of a leaf has its node.
void NameLeaves(const Variables& variables, Graph& graph) {
  for (const auto& [name, object] : variables) {
    const auto* tensor = std::get_if<Tensor>(&object);
    if (const auto* const list = std::get_if<std::shared_ptr<List>>(&object)) {
      tensor = (*list)->tensor.has_value() ? &*(*list)->tensor : nullptr;
    }
    if (tensor == nullptr || !tensor->defined() || !tensor->is_leaf() || !tensor->requires_grad()) {
      continue;
    }
    const Node use = tensor->expand(tensor->shape()).grad_fn();
    const auto node = graph.nodes.find(use.next_functions().at(0).node.id());
    if (node != graph.nodes.end()) node->second.name += " of " + name;
  }
}

int Run(const CommandLine& line, std::ostream& out) {
  EvaluateArgument(line, nullptr, [&](const Object& value, const Variables& variables) {
    const auto* const tensor = std::get_if<Tensor>(&value);
    const Node node = tensor != nullptr && tensor->defined() ? tensor->grad_fn() : Node();
    if (!node) throw std::runtime_error("the last value has no graph: nothing was recorded for it");
    Graph graph = GraphFrom(node);
    NameLeaves(variables, graph);
    out << (line.Has("dot") ? WriteDot(graph) : WriteTree(graph));
  });
  return 0;
}

}  // namespace

Command GraphCommand() {
  Command command;
  command.name = "graph";
  command.arguments = "'EXPRESSION'";
  command.summary = "The autograd graph of an expression's last value.";
  command.help = kLanguageHelp;
  command.flags = EvaluationFlags({{"dot", "", "For Graphviz: gradctl graph … --dot | dot -Tsvg"}});
  command.min_arguments = command.max_arguments = 1;
  command.run = &Run;
  return command;
}

}  // namespace gradd::cli
