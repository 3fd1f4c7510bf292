// The Eager interpreter as a session has it: on one thread of a pool, the others help.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <vector>

#include "bench/measurer.h"
#include "core/base/thread_pool.h"
#include "core/runtime/eager.h"

namespace gradd::bench {

class Engine {
 public:
  explicit Engine(int threads);

  // Runs `work` on a thread of the pool and waits for it.
  void Run(const std::function<void()>& work);

  // Row-major float32 on the processor.
  Value Tensor(const Dims& shape, const std::vector<float>& elements);
  Value Apply(const Op& op, std::initializer_list<Value> inputs, const Attributes& attributes = {});
  std::vector<float> Read(const Value& value);

 private:
  const std::unique_ptr<BackendRegistry> backends_;
  Eager eager_;
  ThreadPool pool_;
};

// Numbers between -1 and 1, the same on every machine.
std::vector<float> Numbers(size_t count);

}  // namespace gradd::bench
