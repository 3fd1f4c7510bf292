// Quantities for people to read.
#pragma once

#include <string>

namespace gradd::cli {

// "12.3 us", "4.56 ms", "2 min 3 s"
std::string PrintSeconds(double seconds);
// "512 B", "1.5 GiB"
std::string PrintBytes(double bytes);
// "950", "12.3 k", "4.56 M"
std::string PrintCount(double count);

}  // namespace gradd::cli
