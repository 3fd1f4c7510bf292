// Layers one after the other.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "client/cpp/nn/module.h"

namespace gradd {
inline namespace client {
namespace nn {

// Each layer gets what the one before it gives. They are named "0", "1", …, unless they come with
// names.
class Sequential final : public Layer {
 public:
  Sequential() = default;
  // Sequential(Linear(2, 3), ReLU()) is not possible, because layers are not copied:
  // Sequential(std::make_shared<Linear>(2, 3), std::make_shared<ReLU>()).
  template <class... L>
  requires(sizeof...(L) > 0) explicit Sequential(std::shared_ptr<L>... layers) {
    (append(std::move(layers)), ...);
  }
  explicit Sequential(const std::vector<std::pair<std::string, std::shared_ptr<Layer>>>& layers);

  void append(std::shared_ptr<Layer> layer, SourceLine source = SourceLine::Here());
  void append(const std::string& name, std::shared_ptr<Layer> layer,
              SourceLine source = SourceLine::Here());
  size_t size() const { return layers_.size(); }
  Layer& operator[](size_t i) const { return *layers_[i]; }

  Tensor forward(const Tensor& input, SourceLine source = SourceLine::Here()) override;

 private:
  std::vector<std::shared_ptr<Layer>> layers_;
};

}  // namespace nn
}  // namespace client
}  // namespace gradd
