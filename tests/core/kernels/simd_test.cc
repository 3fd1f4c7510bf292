// The vectorised functions of every instruction set that this processor has: how exact they are,
// and that an element's place makes no difference.
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu {
namespace {

struct Set {
  Isa isa;
  const SimdFunctions& functions;
};

std::vector<Set> Available() {
  std::vector<Set> sets = {{Isa::kBaseline, baseline::kSimdFunctions}};
#if defined(__x86_64__)
  if (WidestIsa() >= Isa::kAvx2) sets.push_back({Isa::kAvx2, avx2::kSimdFunctions});
  if (WidestIsa() >= Isa::kAvx512) sets.push_back({Isa::kAvx512, avx512::kSimdFunctions});
#endif
  return sets;
}

const FormulaBlocks& Formula(const SimdFunctions& functions, const std::string& name) {
  const FormulaTable table = functions.formulas();
  for (size_t i = 0; i < table.count; ++i) {
    if (table.formulas[i].name == name) return table.formulas[i];
  }
  ADD_FAILURE() << "no formula " << name;
  return table.formulas[0];
}

template <class T>
BlockFunction BlockOf(const Blocks& blocks) {
  return sizeof(T) == sizeof(float) ? blocks.f32 : blocks.f64;
}

// Distance in units in the last place of T at `exact`.
template <class T, class Wide>
double Ulps(T actual, Wide exact) {
  const T rounded = static_cast<T>(exact);
  if (std::isnan(rounded) || std::isnan(actual)) {
    return std::isnan(rounded) == std::isnan(actual) ? 0 : INFINITY;
  }
  if (actual == rounded) return 0;
  if (std::isinf(rounded) || std::isinf(actual)) return INFINITY;
  int exponent;
  (void)std::frexp(rounded, &exponent);
  const int lowest = std::numeric_limits<T>::min_exponent;
  const Wide ulp = std::ldexp(Wide(1), std::max(exponent, lowest) - std::numeric_limits<T>::digits);
  return static_cast<double>(std::fabs(static_cast<Wide>(actual) - exact) / ulp);
}

// Bit patterns spread over the whole type: every exponent, both signs, and the special values.
template <class T>
std::vector<T> Sweep() {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  constexpr Bits kStep = static_cast<Bits>(sizeof(T) == 4 ? 8209 : 0x40000000A3C7Full);
  std::vector<T> values = {0,
                           T(-0.0),
                           1,
                           -1,
                           std::numeric_limits<T>::infinity(),
                           -std::numeric_limits<T>::infinity(),
                           std::numeric_limits<T>::quiet_NaN(),
                           std::numeric_limits<T>::denorm_min(),
                           std::numeric_limits<T>::max()};
  Bits bits = 0;
  do {
    T value;
    std::memcpy(&value, &bits, sizeof value);
    values.push_back(value);
    bits += kStep;
  } while (bits >= kStep);
  // And densely where most numbers are.
  for (int i = -200000; i <= 200000; ++i) values.push_back(static_cast<T>(i) * T(0.0007));
  return values;
}

template <class T, class Wide>
void ExpectExact(const std::string& name, Wide (*exact)(Wide), double ulps) {
  static const std::vector<T> kValues = Sweep<T>();
  for (const Set& set : Available()) {
    std::vector<T> out(kValues.size());
    const void* in[] = {kValues.data()};
    BlockOf<T>(Formula(set.functions, name).value)(out.data(), in, out.size());
    double worst = 0;
    T worst_at = 0;
    for (size_t i = 0; i < kValues.size(); ++i) {
      const double distance = Ulps(out[i], exact(static_cast<Wide>(kValues[i])));
      if (distance > worst) worst = distance, worst_at = kValues[i];
    }
    EXPECT_LE(worst, ulps) << name << " of " << worst_at << " with " << Name(set.isa);
  }
}

template <class Wide>
Wide Sigmoid(Wide x) {
  return 1 / (1 + std::exp(-x));
}

TEST(SimdTest, FloatFunctionsAreWithinTwoUlps) {
  ExpectExact<float, double>("sin", std::sin, 2);
  ExpectExact<float, double>("cos", std::cos, 2);
  ExpectExact<float, double>("exp", std::exp, 2);
  ExpectExact<float, double>("expm1", std::expm1, 2);
  ExpectExact<float, double>("log", std::log, 2);
  ExpectExact<float, double>("log1p", std::log1p, 2);
  ExpectExact<float, double>("log2", std::log2, 2);
  ExpectExact<float, double>("tanh", std::tanh, 2);
  ExpectExact<float, double>("erf", std::erf, 2);
  ExpectExact<float, double>("sqrt", std::sqrt, 0.5);
  ExpectExact<float, double>("sigmoid", Sigmoid, 3);  // made of three operations
}

TEST(SimdTest, DoubleFunctionsAreWithinFourUlps) {
  ExpectExact<double, long double>("sin", std::sin, 4);
  ExpectExact<double, long double>("cos", std::cos, 4);
  ExpectExact<double, long double>("exp", std::exp, 4);
  ExpectExact<double, long double>("expm1", std::expm1, 4);
  ExpectExact<double, long double>("log", std::log, 4);
  ExpectExact<double, long double>("log1p", std::log1p, 4);
  ExpectExact<double, long double>("log2", std::log2, 4);
  ExpectExact<double, long double>("tanh", std::tanh, 4);
  ExpectExact<double, long double>("erf", std::erf, 4);
  ExpectExact<double, long double>("sqrt", std::sqrt, 0.5);
  ExpectExact<double, long double>("sigmoid", Sigmoid, 4);
}

TEST(SimdTest, RoundingIsExact) {
  ExpectExact<float, double>("floor", std::floor, 0);
  ExpectExact<float, double>("ceil", std::ceil, 0);
  ExpectExact<float, double>("trunc", std::trunc, 0);
  ExpectExact<float, double>("round", std::nearbyint, 0);
  ExpectExact<double, long double>("floor", std::floor, 0);
  ExpectExact<double, long double>("round", std::nearbyint, 0);
  ExpectExact<float, double>("abs", std::fabs, 0);
}

TEST(SimdTest, PowIsWithinTwoUlpsAndExactForSmallExponents) {
  std::vector<float> bases, exponents;
  for (int i = 1; i < 400; ++i) {
    for (int k = -60; k < 60; ++k) {
      bases.push_back(static_cast<float>(i) * 0.037f);
      exponents.push_back(static_cast<float>(k) * 0.31f);
    }
  }
  for (const float base : {0.0f, -0.0f, -1.5f, -3.0f, INFINITY, -INFINITY, NAN}) {
    for (const float exponent : {0.0f, 1.0f, 2.0f, 3.0f, -1.0f, 0.5f, INFINITY, NAN}) {
      bases.push_back(base);
      exponents.push_back(exponent);
    }
  }
  for (const Set& set : Available()) {
    std::vector<float> out(bases.size());
    const void* in[] = {bases.data(), exponents.data()};
    Formula(set.functions, "pow").value.f32(out.data(), in, out.size());
    for (size_t i = 0; i < out.size(); ++i) {
      EXPECT_LE(Ulps(out[i], std::pow(double{bases[i]}, double{exponents[i]})), 2)
          << bases[i] << " to the " << exponents[i] << " with " << Name(set.isa);
      if (exponents[i] == 2 && !std::isnan(bases[i])) {
        EXPECT_EQ(out[i], bases[i] * bases[i]);
      }
    }
  }
}

// Every formula, on every length and from every offset: an element gets the bits that it gets
// alone.
template <class T>
void ExpectPlaceMakesNoDifference(const Blocks& blocks, int arity, const char* name) {
  const BlockFunction block = BlockOf<T>(blocks);
  constexpr int kLength = 37;
  std::vector<std::vector<T>> inputs(arity);
  for (int k = 0; k < arity; ++k) {
    for (int i = 0; i < kLength; ++i) {
      inputs[k].push_back(static_cast<T>(std::sin(i * 1.7 + k) * 2.5));
    }
  }
  std::vector<T> alone(kLength);
  for (int i = 0; i < kLength; ++i) {
    const void* in[5] = {};
    for (int k = 0; k < arity; ++k) in[k] = &inputs[k][i];
    block(&alone[i], in, 1);
  }
  for (int begin = 0; begin < 3; ++begin) {
    for (int count = 0; begin + count <= kLength; ++count) {
      std::vector<T> out(kLength + 1, T(77));
      const void* in[5] = {};
      for (int k = 0; k < arity; ++k) in[k] = &inputs[k][begin];
      block(out.data(), in, count);
      EXPECT_EQ(std::memcmp(out.data(), &alone[begin], count * sizeof(T)), 0) << name;
      EXPECT_EQ(out[count], T(77)) << name << " wrote past its end";
    }
  }
}

TEST(SimdTest, PlaceMakesNoDifference) {
  for (const Set& set : Available()) {
    SCOPED_TRACE(std::string(Name(set.isa)));
    const FormulaTable table = set.functions.formulas();
    for (size_t i = 0; i < table.count; ++i) {
      const FormulaBlocks& formula = table.formulas[i];
      ExpectPlaceMakesNoDifference<float>(formula.value, formula.arity, formula.name);
      ExpectPlaceMakesNoDifference<double>(formula.value, formula.arity, formula.name);
    }
  }
}

// Integers have one right answer.
TEST(SimdTest, IntegersAreTheSameInAllSets) {
  const std::vector<int64_t> a = {0, 1, -1, 7, -7, INT64_MAX, INT64_MIN, 3, 12, -5, 6};
  const std::vector<int64_t> b = {3, -2, 5, 0, 2, 1, -1, 40, 2, 3, 63};
  const FormulaTable expected = baseline::kSimdFunctions.formulas();
  for (const Set& set : Available()) {
    const FormulaTable table = set.functions.formulas();
    for (size_t i = 0; i < table.count; ++i) {
      const FormulaBlocks& formula = table.formulas[i];
      if (formula.value.i64 == nullptr) continue;
      const void* in[] = {a.data(), b.data(), a.data()};
      std::vector<int64_t> out(a.size()), reference(a.size());
      formula.value.i64(out.data(), in, a.size());
      expected.formulas[i].value.i64(reference.data(), in, a.size());
      EXPECT_EQ(out, reference) << formula.name << " with " << Name(set.isa);
    }
  }
}

}  // namespace
}  // namespace gradd::cpu
