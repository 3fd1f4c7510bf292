// ViewStrides and HasOverlap against every small layout, by listing where the elements lie.

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "core/spec/shape.h"
#include "core/spec/tensor_spec.h"

namespace gradd {
namespace {

// Where the elements lie, in row-major order.
std::vector<int64_t> Places(DimsView shape, DimsView strides) {
  std::vector<int64_t> places = {0};
  for (size_t d = 0; d < shape.size(); ++d) {
    std::vector<int64_t> next;
    for (const int64_t place : places) {
      for (int64_t i = 0; i < shape[d]; ++i) next.push_back(place + i * strides[d]);
    }
    places = next;
  }
  return places;
}

// Whether strides exist under which `to` walks `places`: those that its first step along each
// dimension would need are the only candidates.
bool CanBeViewed(const std::vector<int64_t>& places, DimsView to) {
  Dims strides(to.size(), 0);
  int64_t step = 1;
  for (size_t d = to.size(); d-- > 0;) {
    if (to[d] > 1) strides[d] = places[step] - places[0];
    step *= to[d];
  }
  return Places(to, strides) == places;
}

// All shapes with `count` elements, of up to `rank` dimensions.
void AddShapes(int64_t count, size_t rank, Dims prefix, std::vector<Dims>& shapes) {
  if (count == 1) shapes.push_back(prefix);
  if (rank == 0) return;
  for (int64_t size = 1; size <= count; ++size) {
    if (count % size != 0) continue;
    Dims longer = prefix;
    longer.push_back(size);
    AddShapes(count / size, rank - 1, longer, shapes);
  }
}

// Calls f(shape, strides) for many small layouts: all strides from a set that has repeats, gaps,
// orders and coincidences.
template <class F>
void ForEachLayout(F&& f) {
  const std::vector<int64_t> candidates = {0, 1, 2, 3, 4, 6, 12};
  for (const int64_t count : {1, 2, 4, 6, 12}) {
    std::vector<Dims> shapes;
    AddShapes(count, 3, {}, shapes);
    for (const Dims& shape : shapes) {
      std::vector<Dims> all = {{}};
      for (size_t d = 0; d < shape.size(); ++d) {
        std::vector<Dims> next;
        for (const Dims& strides : all) {
          for (const int64_t stride : candidates) {
            next.push_back(strides);
            next.back().push_back(stride);
          }
        }
        all = next;
      }
      for (const Dims& strides : all) f(shape, strides);
    }
  }
}

TEST(ViewStridesTest, FindsAViewWhereverThereIsOne) {
  int64_t views = 0, copies = 0;
  ForEachLayout([&](const Dims& shape, const Dims& strides) {
    const std::vector<int64_t> places = Places(shape, strides);
    std::vector<Dims> targets;
    AddShapes(static_cast<int64_t>(places.size()), 3, {}, targets);
    for (const Dims& to : targets) {
      const std::optional<Dims> result = ViewStrides(shape, strides, to);
      ASSERT_EQ(result.has_value(), CanBeViewed(places, to))
          << ToString(shape) << " " << ToString(strides) << " as " << ToString(to);
      ++(result.has_value() ? views : copies);
      if (!result.has_value()) continue;
      ASSERT_EQ(Places(to, *result), places)
          << ToString(shape) << " " << ToString(strides) << " as " << ToString(to) << " by "
          << ToString(*result);
    }
  });
  EXPECT_GT(views, 10'000);
  EXPECT_GT(copies, 10'000);
}

TEST(ViewStridesTest, EmptyTensorsAreAlwaysViews) {
  EXPECT_EQ(ViewStrides({0, 3}, {5, 7}, {3, 0, 2}), ContiguousStrides({3, 0, 2}));
}

TEST(HasOverlapTest, NeverMissesOne) {
  ForEachLayout([](const Dims& shape, const Dims& strides) {
    TensorSpec spec;
    spec.shape = shape;
    spec.strides = strides;
    const std::vector<int64_t> places = Places(shape, strides);
    const bool overlaps = std::set<int64_t>(places.begin(), places.end()).size() < places.size();
    if (overlaps) {
      ASSERT_TRUE(spec.HasOverlap()) << ToString(shape) << ToString(strides);
    }
  });
}

TEST(HasOverlapTest, IsExactForLayoutsOfViews) {
  const auto has_overlap = [](DimsView shape, DimsView strides) {
    TensorSpec spec;
    spec.shape.assign(shape.begin(), shape.end());
    spec.strides.assign(strides.begin(), strides.end());
    return spec.HasOverlap();
  };
  EXPECT_FALSE(has_overlap({}, {}));
  EXPECT_FALSE(has_overlap({2, 3}, {3, 1}));
  EXPECT_FALSE(has_overlap({3, 2}, {1, 3}));
  EXPECT_FALSE(has_overlap({2, 2, 2}, {12, 2, 6}));  // steps, transposed
  EXPECT_FALSE(has_overlap({1, 3}, {0, 1}));
  EXPECT_FALSE(has_overlap({3, 0}, {0, 0}));
  EXPECT_TRUE(has_overlap({3}, {0}));
  EXPECT_TRUE(has_overlap({2, 2}, {1, 1}));
}

}  // namespace
}  // namespace gradd
