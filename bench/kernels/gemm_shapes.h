// The matrix products that are measured.
#pragma once

namespace gradd::bench {

// A linear layer of 16 rows, 1000 inputs and 100 outputs: x W^T, dY W and dY^T x.
inline constexpr int kRows = 16, kInputs = 1000, kOutputs = 100;
inline constexpr int kLargeSize = 1024;
// Rounds a sample, so that it takes some tenths of a second.
inline constexpr int kLinearRounds = 1000, kLargeRounds = 10;

}  // namespace gradd::bench
