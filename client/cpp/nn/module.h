// Parts of a network: what has parameters, and parts of its own.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/source_line.h"
#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {
namespace nn {

struct NamedTensor {
  std::string name;  // "layer1.weight"
  Tensor tensor;
};

// As torch.nn.Module. A class of a user's own registers what it has in its constructor:
//
//   struct Net : nn::Layer {
//     Net() {
//       hidden = register_module("hidden", std::make_shared<nn::Linear>(784, 100));
//       scale = register_parameter("scale", gradd::ones({1}));
//     }
//     Tensor forward(const Tensor& x, SourceLine) override { return hidden->forward(x) * scale; }
//     …
//
// Names are unique in a module, not empty and without a point. Not thread-safe.
class Module {
 public:
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  // Of this module and those below it, in the order of registration. What is registered at two
  // places comes once, under the first name.
  std::vector<Tensor> parameters() const;
  std::vector<NamedTensor> named_parameters() const;
  std::vector<Tensor> buffers() const;
  std::vector<NamedTensor> named_buffers() const;
  // This module first.
  std::vector<Module*> modules();
  const std::vector<std::pair<std::string, std::shared_ptr<Module>>>& children() const {
    return children_;
  }

  // Whether modules do what they do in training only, such as Dropout. True at first.
  bool is_training() const { return training_; }
  void train(bool on = true);
  void eval() { train(false); }

  void zero_grad(bool set_to_none = true, SourceLine source = SourceLine::Here()) const;
  void requires_grad_(bool requires_grad = true, SourceLine source = SourceLine::Here()) const;
  // Calls `f` on the modules below this one, then on this one.
  void apply(const std::function<void(Module&)>& f);

  // As PyTorch prints it: "Linear(in_features=3, out_features=2, bias=True)", and the modules below
  // it on lines of their own.
  std::string ToString() const;

 protected:
  Module() = default;

  // Makes `tensor`, a leaf, a parameter, which requires grad from now on. Returns it.
  Tensor register_parameter(const std::string& name, const Tensor& tensor,
                            SourceLine source = SourceLine::Here());
  // A tensor that belongs to the module and is not trained.
  Tensor register_buffer(const std::string& name, const Tensor& tensor,
                         SourceLine source = SourceLine::Here());
  template <class M>
  std::shared_ptr<M> register_module(const std::string& name, std::shared_ptr<M> module,
                                     SourceLine source = SourceLine::Here()) {
    AddChild(name, module, source);
    return module;
  }

  // What is printed before and in the parentheses. The kind is the class's name, unless said.
  virtual std::string kind() const;
  virtual std::string description() const { return ""; }

 private:
  void CheckName(absl::string_view what, const std::string& name, SourceLine source) const;
  void AddChild(const std::string& name, std::shared_ptr<Module> module, SourceLine source);
  void Collect(const std::string& prefix, std::vector<NamedTensor> Module::*list,
               std::vector<NamedTensor>& found) const;
  std::vector<NamedTensor> AllOf(std::vector<NamedTensor> Module::*list) const;

  std::vector<NamedTensor> parameters_;
  std::vector<NamedTensor> buffers_;
  std::vector<std::pair<std::string, std::shared_ptr<Module>>> children_;
  bool training_ = true;
};

std::ostream& operator<<(std::ostream& out, const Module& module);

// A module that makes one tensor of another; what Sequential is made of.
class Layer : public Module {
 public:
  virtual Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) = 0;
  Tensor operator()(const Tensor& input, SourceLine source = SourceLine::Here()) {
    return forward(input, source);
  }
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
