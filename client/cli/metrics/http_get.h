// GET over HTTP.
#pragma once

#include <chrono>
#include <string>

namespace gradd::cli {

// The body of the answer. Throws std::runtime_error when there is none, or a status other than 200.
std::string HttpGet(const std::string& url, std::chrono::milliseconds timeout);

}  // namespace gradd::cli
