// A floating-point number as Python writes it.
#pragma once

#include <string>

namespace gradd {
inline namespace client {

// The shortest digits that give the number again: "0.1", "1.0", "1e-05", "nan", "-inf".
std::string FloatRepr(double number);

}  // namespace client
}  // namespace gradd
