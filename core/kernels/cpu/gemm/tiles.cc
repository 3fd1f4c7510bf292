#include "core/kernels/cpu/gemm/tiles.h"

#include "core/kernels/cpu/simd/isa.h"

namespace gradd::cpu::gemm {

const TileSet& ActiveTiles() {
  static const TileSet tiles = [] {
    switch (ActiveIsa()) {
#ifdef __x86_64__
      case Isa::kAvx512:
        return avx512::GemmTiles();
      case Isa::kAvx2:
        return avx2::GemmTiles();
#endif
      default:
        return baseline::GemmTiles();
    }
  }();
  return tiles;
}

template <>
const Tiles<float>& ActiveTilesOf<float>() {
  return ActiveTiles().f32;
}
template <>
const Tiles<double>& ActiveTilesOf<double>() {
  return ActiveTiles().f64;
}
template <>
const Tiles<uint32_t>& ActiveTilesOf<uint32_t>() {
  return ActiveTiles().i32;
}
template <>
const Tiles<uint64_t>& ActiveTilesOf<uint64_t>() {
  return ActiveTiles().i64;
}

}  // namespace gradd::cpu::gemm
