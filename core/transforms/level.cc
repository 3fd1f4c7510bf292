#include "core/transforms/level.h"

#include <atomic>

namespace gradd {
namespace {

uint64_t NextSerial() {
  static std::atomic<uint64_t> next{0};
  return next.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Level::Level(Interpreter& below) : below_(below), serial_(NextSerial()) {}

bool Level::Made(const Value& value) const {
  return value && value->kind() == ValueBase::Kind::kWrapped && value->level() == this &&
         static_cast<const WrappedValue&>(*value).serial() == serial_;
}

}  // namespace gradd
