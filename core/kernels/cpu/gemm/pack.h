// Tiles and factors of a product rearranged.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace gradd::cpu::gemm {

// Vectors of four elements of 4 bytes each, which every processor has. Wider elements go one by
// one.
template <class T>
struct Four {
  static_assert(sizeof(T) == 4);
  typedef T Type __attribute__((vector_size(16)));
  // The same in memory, where it has no alignment but that of its elements.
  typedef T Unaligned __attribute__((vector_size(16), aligned(4), may_alias));

  static Type Load(const T* from) { return *reinterpret_cast<const Unaligned*>(from); }
  template <bool kAccumulate>
  static void Store(T* to, Type four) {
    *reinterpret_cast<Unaligned*>(to) = kAccumulate ? Load(to) + four : four;
  }
};
template <class T>
constexpr int64_t InFours(int64_t size) {
  return sizeof(T) == 4 ? size / 4 * 4 : 0;
}

template <bool kAccumulate, class T>
void StoreOne(T& to, T value) {
  to = kAccumulate ? to + value : value;
}

// Four lines of four elements.
template <bool kAccumulate, class T>
void TransposeFours(const T* from, int64_t from_line, T* to, int64_t to_line) {
  using Line = Four<T>;
  const auto a = Line::Load(from), b = Line::Load(from + from_line);
  const auto c = Line::Load(from + 2 * from_line), d = Line::Load(from + 3 * from_line);
  const auto ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const auto ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const auto cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const auto cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  constexpr auto kStore = &Line::template Store<kAccumulate>;
  kStore(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  kStore(to + to_line, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  kStore(to + 2 * to_line, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  kStore(to + 3 * to_line, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

// to[j * to_line + i] = from[i * from_line + j], or += with `kAccumulate`, for i below `lines` and
// j below `size`.
template <bool kAccumulate, class T>
void Transpose(const T* from, int64_t from_line, int64_t lines, int64_t size, T* to,
               int64_t to_line) {
  const int64_t whole_lines = InFours<T>(lines), whole_size = InFours<T>(size);
  if constexpr (sizeof(T) == 4) {
    for (int64_t i = 0; i < whole_lines; i += 4) {
      for (int64_t j = 0; j < whole_size; j += 4) {
        TransposeFours<kAccumulate>(from + i * from_line + j, from_line, to + j * to_line + i,
                                    to_line);
      }
    }
  }
  for (int64_t i = 0; i < lines; ++i) {
    for (int64_t j = i < whole_lines ? whole_size : 0; j < size; ++j) {
      StoreOne<kAccumulate>(to[j * to_line + i], from[i * from_line + j]);
    }
  }
}

// As Transpose, without transposing: to[i * to_line + j] = from[i * from_line + j].
template <bool kAccumulate, class T>
void CopyLines(const T* from, int64_t from_line, int64_t lines, int64_t size, T* to,
               int64_t to_line) {
  const int64_t whole_size = InFours<T>(size);
  for (int64_t i = 0; i < lines; ++i, from += from_line, to += to_line) {
    if constexpr (sizeof(T) == 4) {
      for (int64_t j = 0; j < whole_size; j += 4) {
        Four<T>::template Store<kAccumulate>(to + j, Four<T>::Load(from + j));
      }
    }
    for (int64_t j = whole_size; j < size; ++j) StoreOne<kAccumulate>(to[j], from[j]);
  }
}

// A panel is `width` lines, `inner` elements each, stored element by element: line i's element p is
// panel[p * width + i]. Lines from `lines` on are zero. In `from` lines are `across` apart and
// their elements `along`. From is T, or a type that is computed with as T.
template <class From, class T>
void PackPanel(const From* from, int64_t across, int64_t along, int64_t lines, int64_t inner,
               int64_t width, T* panel) {
  if (lines < width) std::fill_n(panel, width * inner, T(0));
  if constexpr (std::is_same_v<From, T>) {
    if (across == 1) return CopyLines<false>(from, along, inner, lines, panel, width);
    if (along == 1) return Transpose<false>(from, across, lines, inner, panel, width);
  }
  for (int64_t i = 0; i < lines; ++i) {
    const From* const line = from + i * across;
    for (int64_t p = 0; p < inner; ++p) panel[p * width + i] = static_cast<T>(line[p * along]);
  }
}

// Panels of `width` lines each, one after the other, as PackPanel makes them, of lines that lie
// side by side: `lines` of them, a multiple of `width`. Reads in the order of memory.
template <class From, class T>
void PackWholePanels(const From* from, int64_t along, int64_t lines, int64_t inner, int64_t width,
                     T* panels) {
  for (int64_t p = 0; p < inner; ++p, from += along, panels += width) {
    for (int64_t line = 0; line < lines; line += width) {
      T* const to = panels + line * inner;
      if constexpr (std::is_same_v<From, T>) {
        CopyLines<false>(from + line, 0, 1, width, to, 0);
      } else {
        for (int64_t i = 0; i < width; ++i) to[i] = static_cast<T>(from[line + i]);
      }
    }
  }
}

}  // namespace gradd::cpu::gemm
