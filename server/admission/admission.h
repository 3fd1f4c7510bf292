// How much may go on at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace gradd::server {

// Counts what is in flight and refuses what is too much, or comes when the server shuts down.
// Thread-safe.
class Admission {
 public:
  struct Limits {
    int64_t calls;    // unary calls in flight
    int64_t streams;  // open ones
    int64_t bytes;    // of requests that wait or run
  };
  explicit Admission(Limits limits) : limits_(limits) {}

  // Shares and the sum of their sizes.
  struct Count {
    std::atomic<int64_t> shares{0};
    std::atomic<int64_t> size{0};

    int64_t Take(int64_t more) {
      shares.fetch_add(1);
      return size.fetch_add(more) + more;
    }
    void Return(int64_t less) {
      size.fetch_sub(less);
      shares.fetch_sub(1);
    }
  };

  // A share of one of the counts, given back when it dies.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : count_(std::exchange(other.count_, nullptr)), size_(other.size_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(count_, other.count_);
      std::swap(size_, other.size_);
      return *this;
    }
    ~Share() {
      if (count_ != nullptr) count_->Return(size_);
    }

   private:
    friend class Admission;
    Share(Count* count, int64_t size) : count_(count), size_(size) {}
    Count* count_ = nullptr;
    int64_t size_ = 0;
  };

  // UNAVAILABLE while draining, RESOURCE_EXHAUSTED with RetryInfo when there are too many.
  absl::StatusOr<Share> AdmitCall();
  absl::StatusOr<Share> AdmitStream();
  absl::StatusOr<Share> AdmitBytes(int64_t bytes);
  // For requests that came on an admitted stream: counted, never refused.
  Share CountBytes(int64_t bytes);
  // True when streams had better not read more than they have.
  bool bytes_are_scarce() const {
    return bytes_.size.load(std::memory_order_relaxed) > limits_.bytes;
  }

  // From now on nothing is admitted.
  void Drain() { draining_.store(true); }
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  // Nothing is in flight.
  bool idle() const { return calls_.shares.load() == 0 && streams_.shares.load() == 0; }
  // Messages that wait or are worked on.
  int64_t requests() const { return bytes_.shares.load(std::memory_order_relaxed); }

 private:
  absl::StatusOr<Share> Admit(Count& count, int64_t limit, absl::string_view subject);

  const Limits limits_;
  Count calls_;
  Count streams_;
  Count bytes_;
  std::atomic<bool> draining_{false};
};

}  // namespace gradd::server
