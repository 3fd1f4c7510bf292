#include "bench/kernels/engine.h"

#include <cmath>
#include <functional>
#include <future>
#include <string>

namespace gradd::bench {
namespace {

template <class T>
T Must(absl::StatusOr<T> result) {
  Require(result.ok(), std::string(result.status().message()));
  return *std::move(result);
}

}  // namespace

Engine::Engine(int threads)
    : backends_(MakeHostBackends(false)),
      eager_(*backends_, MakeRef<MemoryBudget>(MemoryBudget::kUnlimited, nullptr), nullptr),
      pool_(threads) {}

void Engine::Run(const std::function<void()>& work) {
  struct Task final : ThreadPool::Task {
    void Run() override {
      (*work)();
      done.set_value();
    }
    const std::function<void()>* work;
    std::promise<void> done;
  };
  Task task;
  task.work = &work;
  pool_.Schedule(task);
  task.done.get_future().wait();
}

Value Engine::Tensor(const Dims& shape, const std::vector<float>& elements) {
  const absl::Span<const char> bytes(reinterpret_cast<const char*>(elements.data()),
                                     elements.size() * sizeof(float));
  return Must(eager_.FromHost(TensorSpec::Contiguous(DType::kFloat32, shape, {DeviceKind::kCpu, 0}),
                              bytes));
}

Value Engine::Apply(const Op& op, std::initializer_list<Value> inputs,
                    const Attributes& attributes) {
  return Must(eager_.Apply(op, ValueSpan(inputs.begin(), inputs.size()), attributes))[0];
}

std::vector<float> Engine::Read(const Value& value) {
  std::vector<float> elements(static_cast<size_t>(value->spec().element_count()));
  const absl::Status status = eager_.ToHost(AsTensor(value), elements.data());
  Require(status.ok(), std::string(status.message()));
  return elements;
}

std::vector<float> Numbers(size_t count) {
  std::vector<float> numbers(count);
  for (size_t i = 0; i < count; ++i) {
    numbers[i] = static_cast<float>(2 * std::fmod(static_cast<double>(i) * 0.6180339887, 1) - 1);
  }
  return numbers;
}

}  // namespace gradd::bench
