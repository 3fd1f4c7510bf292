#ifndef GRADD_BENCH_RPC_API_FLAGS_H_
#define GRADD_BENCH_RPC_API_FLAGS_H_

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gradd::bench {

// Command line of the form --name=value. "--arg=grpc.name=value" may be repeated; an integer value
// becomes an integer channel argument, anything else a string one.
class Flags {
 public:
  Flags(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string flag = argv[i];
      const size_t equals = flag.find('=');
      if (flag.rfind("--", 0) != 0 || equals == std::string::npos) {
        std::cerr << "expected --name=value, got " << flag << "\n";
        std::exit(2);
      }
      const std::string name = flag.substr(2, equals - 2), value = flag.substr(equals + 1);
      if (name == "arg") {
        const size_t split = value.find('=');
        channel_args_.emplace_back(value.substr(0, split), value.substr(split + 1));
      } else {
        values_[name] = value;
      }
    }
  }

  std::string Text(const std::string& name, const std::string& fallback) const {
    auto it = values_.find(name);
    return it == values_.end() ? fallback : it->second;
  }

  int Int(const std::string& name, int fallback) const {
    auto it = values_.find(name);
    return it == values_.end() ? fallback : std::atoi(it->second.c_str());
  }

  // Calls `set(name, value)` with an int or a string for every channel argument.
  template <typename Set>
  void ForEachChannelArg(Set set) const {
    for (const auto& [name, value] : channel_args_) {
      char* end = nullptr;
      const long number = std::strtol(value.c_str(), &end, 10);
      if (!value.empty() && *end == '\0') {
        set(name, static_cast<int>(number));
      } else {
        set(name, value);
      }
    }
  }

 private:
  std::map<std::string, std::string> values_;
  std::vector<std::pair<std::string, std::string>> channel_args_;
};

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_FLAGS_H_
