#include "client/cpp/nn/module.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "client/cpp/failure.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace nn {
namespace {

template <class List>
bool HasName(const List& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(), [&](const auto& item) {
    if constexpr (std::is_same_v<typename List::value_type, NamedTensor>) {
      return item.name == name;
    } else {
      return item.first == name;
    }
  });
}

std::vector<Tensor> WithoutNames(const std::vector<NamedTensor>& named) {
  std::vector<Tensor> tensors;
  for (const NamedTensor& item : named) tensors.push_back(item.tensor);
  return tensors;
}

}  // namespace

void Module::CheckName(absl::string_view what, const std::string& name, SourceLine source) const {
  const auto refuse = [&](const std::string& message) {
    Throw(InvalidArgument("NAME", message), what, source);
  };
  if (name.empty()) refuse(absl::StrCat(what, " name can't be empty string \"\""));
  if (name.find('.') != std::string::npos) {
    refuse(absl::StrCat(what, " name can't contain \".\", got: ", name));
  }
  if (HasName(parameters_, name) || HasName(buffers_, name) || HasName(children_, name)) {
    refuse(absl::StrCat("attribute '", name, "' already exists"));
  }
}

Tensor Module::register_parameter(const std::string& name, const Tensor& tensor,
                                  SourceLine source) {
  CheckName("parameter", name, source);
  if (!tensor.is_leaf()) {
    Throw(InvalidArgument("NOT_A_LEAF", "Cannot assign non-leaf Tensor to parameter '", name,
                          "'. Model parameters must be created explicitly."),
          "register_parameter", source);
  }
  tensor.requires_grad_(true, source);
  parameters_.push_back({name, tensor});
  return tensor;
}

Tensor Module::register_buffer(const std::string& name, const Tensor& tensor, SourceLine source) {
  CheckName("buffer", name, source);
  buffers_.push_back({name, tensor});
  return tensor;
}

void Module::AddChild(const std::string& name, std::shared_ptr<Module> module, SourceLine source) {
  CheckName("module", name, source);
  if (module == nullptr) {
    Throw(InvalidArgument("NO_MODULE", "module '", name, "' is null"), "register_module", source);
  }
  children_.emplace_back(name, std::move(module));
}

void Module::Collect(const std::string& prefix, std::vector<NamedTensor> Module::*list,
                     std::vector<NamedTensor>& found) const {
  for (const NamedTensor& item : this->*list) {
    const bool known = std::any_of(found.begin(), found.end(), [&](const NamedTensor& other) {
      return other.tensor.value() == item.tensor.value();
    });
    if (!known) found.push_back({absl::StrCat(prefix, item.name), item.tensor});
  }
  for (const auto& [name, child] : children_) {
    child->Collect(absl::StrCat(prefix, name, "."), list, found);
  }
}

std::vector<NamedTensor> Module::AllOf(std::vector<NamedTensor> Module::*list) const {
  std::vector<NamedTensor> found;
  Collect("", list, found);
  return found;
}

std::vector<NamedTensor> Module::named_parameters() const { return AllOf(&Module::parameters_); }
std::vector<NamedTensor> Module::named_buffers() const { return AllOf(&Module::buffers_); }
std::vector<Tensor> Module::parameters() const { return WithoutNames(named_parameters()); }
std::vector<Tensor> Module::buffers() const { return WithoutNames(named_buffers()); }

std::vector<Module*> Module::modules() {
  std::vector<Module*> found = {this};
  for (const auto& [name, child] : children_) {
    for (Module* const module : child->modules()) {
      if (std::find(found.begin(), found.end(), module) == found.end()) found.push_back(module);
    }
  }
  return found;
}

void Module::train(bool on) {
  for (Module* const module : modules()) module->training_ = on;
}

void Module::zero_grad(bool set_to_none, SourceLine source) const {
  for (const Tensor& parameter : parameters()) parameter.zero_grad(set_to_none, source);
}

void Module::requires_grad_(bool requires_grad, SourceLine source) const {
  for (const Tensor& parameter : parameters()) parameter.requires_grad_(requires_grad, source);
}

void Module::apply(const std::function<void(Module&)>& f) {
  for (const auto& [name, child] : children_) child->apply(f);
  f(*this);
}

std::string Module::kind() const {
  int status = 0;
  char* const demangled = abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status);
  std::string name = status == 0 ? demangled : typeid(*this).name();
  std::free(demangled);
  return name.substr(name.rfind(':') + 1);
}

std::string Module::ToString() const {
  const std::string description = this->description();
  if (children_.empty()) return absl::StrCat(kind(), "(", description, ")");
  std::string text = absl::StrCat(kind(), "(\n");
  if (!description.empty()) absl::StrAppend(&text, "  ", description, "\n");
  for (const auto& [name, child] : children_) {
    const std::string lines = absl::StrReplaceAll(child->ToString(), {{"\n", "\n  "}});
    absl::StrAppend(&text, "  (", name, "): ", lines, "\n");
  }
  return text + ")";
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  return out << module.ToString();
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
