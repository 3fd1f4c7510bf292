// Floats in texts that follow PyTorch's.
#pragma once

#include <string>

namespace gradd {

// As Python prints a float: the shortest text that reads back as the same number, "1.0", "1e-05".
std::string FloatText(double value);

}  // namespace gradd
