#include "client/cpp/nn/sequential.h"

#include "absl/strings/str_cat.h"

namespace gradd {
inline namespace client {
namespace nn {

Sequential::Sequential(const std::vector<std::pair<std::string, std::shared_ptr<Layer>>>& layers) {
  for (const auto& [name, layer] : layers) append(name, layer);
}

void Sequential::append(std::shared_ptr<Layer> layer, SourceLine source) {
  append(absl::StrCat(layers_.size()), std::move(layer), source);
}

void Sequential::append(const std::string& name, std::shared_ptr<Layer> layer, SourceLine source) {
  layers_.push_back(register_module(name, std::move(layer), source));
}

Tensor Sequential::forward(const Tensor& input, SourceLine source) {
  Tensor value = input;
  for (const std::shared_ptr<Layer>& layer : layers_) value = layer->forward(value, source);
  return value;
}

}  // namespace nn
}  // namespace client
}  // namespace gradd
