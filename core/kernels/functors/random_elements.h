// Random elements of a tensor, over its flat index. Bits and floats as in random.h, so that every
// device makes the same ones.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/kernels/functors/random.h"
#include "core/kernels/strided_index.h"
#include "core/spec/half.h"

namespace gradd {

// Which numbers: a session's seed and the number of the op.
struct RandomKey {
  uint64_t seed, offset;
};

// Fills a tensor, over the blocks of random bits. `number(block, k, i)` is element i, made of part
// k of its block; a block makes Number::kPerBlock of them.
template <class T, class Number>
struct RandomElements {
  T* out;
  int64_t count;
  Number number;
  RandomKey key;

  static int64_t BlockCount(int64_t count) {
    return count / Number::kPerBlock + (count % Number::kPerBlock != 0 ? 1 : 0);
  }

  GRADD_HD void operator()(int64_t index) const {
    const PhiloxBlock block = Philox(key.seed, key.offset, static_cast<uint64_t>(index));
    const int64_t first = index * Number::kPerBlock;
    if (first + Number::kPerBlock <= count) {
      // Stored at once, and so read before: `out` begins where a vector of these may.
      struct alignas(sizeof(T) * Number::kPerBlock) Made {
        T item[Number::kPerBlock];
      };
      Made made;
      for (int k = 0; k < Number::kPerBlock; ++k) {
        made.item[k] = static_cast<T>(number(block, k, first + k));
      }
      *reinterpret_cast<Made*>(out + first) = made;
      return;
    }
    for (int k = 0; first + k < count; ++k) {
      out[first + k] = static_cast<T>(number(block, k, first + k));
    }
  }
};

// Uniform in [low, high), but for rounding.
template <class T>
struct UniformNumbers {
  using C = std::conditional_t<std::is_same_v<T, double>, double, float>;
  static constexpr int kPerBlock = std::is_same_v<T, double> ? 2 : 4;
  C low, high;

  GRADD_HD C operator()(const PhiloxBlock& block, int k, int64_t /*i*/) const {
    if constexpr (std::is_same_v<T, double>) {
      return UniformDouble(Bits64(block, k)) * (high - low) + low;
    } else {
      return UniformFloat(block.word[k]) * (high - low) + low;
    }
  }
};

struct NormalNumbers {
  static constexpr int kPerBlock = 2;
  double mean, deviation;

  GRADD_HD double operator()(const PhiloxBlock& block, int k, int64_t /*i*/) const {
    return mean + deviation * NormalQuantile(OpenUniform(Bits64(block, k)));
  }
};

// 1 with probability p[i], else 0.
struct BernoulliNumbers {
  static constexpr int kPerBlock = 2;
  const double* p;
  StridedIndex layout;  // of p as it broadcasts to the tensor

  GRADD_HD int operator()(const PhiloxBlock& block, int k, int64_t i) const {
    return UniformDouble(Bits64(block, k)) < p[layout.Offset(i)] ? 1 : 0;
  }
};

// The upper half of the product.
GRADD_HD inline uint64_t MultiplyHigh(uint64_t a, uint64_t b) {
  const uint64_t a0 = a & 0xFFFFFFFFu, a1 = a >> 32, b0 = b & 0xFFFFFFFFu, b1 = b >> 32;
  const uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
  const uint64_t carry = a0 * b1 + (middle & 0xFFFFFFFFu);
  return a1 * b1 + (middle >> 32) + (carry >> 32);
}

// Integers in [low, low + range), each with the same probability but for 2^-64 of the range.
struct IntegerNumbers {
  static constexpr int kPerBlock = 2;
  uint64_t low, range;

  GRADD_HD int64_t operator()(const PhiloxBlock& block, int k, int64_t /*i*/) const {
    return static_cast<int64_t>(low + MultiplyHigh(Bits64(block, k), range));
  }
};

// The input times 0 with probability p, else times `scale`.
template <class T>
struct DropoutNumbers {
  using C = ComputeType<T>;
  static constexpr int kPerBlock = 4;
  const T* in;
  StridedIndex layout;  // of in
  uint64_t threshold;   // p 2^32
  C scale;

  GRADD_HD C operator()(const PhiloxBlock& block, int k, int64_t i) const {
    const int64_t place = layout.rank == 1 ? i * layout.strides[0] : layout.Offset(i);
    return static_cast<C>(in[place]) * (block.word[k] >= threshold ? scale : C(0));
  }
};

}  // namespace gradd
