// A small training whose losses are a function of its seed.
#pragma once

#include <cstdint>
#include <vector>

#include "client/cpp/gradd.h"

namespace gradd::soak {

// Trains a small network for so many steps on `connection` and returns the loss of each step. Data
// and first weights are the seed's; even seeds train with SGD and momentum, odd ones with Adam.
std::vector<float> Train(const Connection& connection, uint64_t seed, int steps);

}  // namespace gradd::soak
