// gradd_bench NAME --flag=value...: takes one sample of NAME for each line that it reads and prints
// it. With --samples=N it takes N and ends. The protocol is in bench/harness/measurer.py.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>

#include "bench/rows/rows.h"

namespace gradd::bench {
namespace {

constexpr Measurer kMeasurers[] = {
    {"rpc.unary", &UnaryCall},       {"rpc.unary.session", &UnaryCallOfSession},
    {"ops.stream", &OpStream},       {"ops.backward", &BackwardOfChain},
    {"tensor.upload", &Upload},      {"tensor.download", &Download},
    {"bare.upload", &BareUpload},    {"bare.download", &BareDownload},
    {"sessions.idle", &IdleSession}, {"bare.idle", &BareIdleStream},
    {"start.cold", &ColdStart},
};

MakeSample Find(const char* name) {
  for (const Measurer& measurer : kMeasurers) {
    if (std::strcmp(measurer.name, name) == 0) return measurer.make;
  }
  Fail(std::string("no measurer is called ") + name);
}

void Run(MakeSample make, const Flags& flags) {
  const Sample sample = make(flags);
  const auto print = [&sample] {
    std::printf("%.9g\n", sample());
    std::fflush(stdout);
  };
  if (const int samples = flags.Int("samples", 0); samples > 0) {
    for (int i = 0; i < samples; ++i) print();
    return;
  }
  std::puts("ready");
  std::fflush(stdout);
  std::string line;
  while (std::getline(std::cin, line)) print();
}

}  // namespace

void Fail(const std::string& what) {
  std::printf("error: %s\n", what.c_str());
  std::fflush(stdout);
  std::_Exit(1);
}

}  // namespace gradd::bench

int main(int argc, char** argv) {
  using namespace gradd::bench;
  if (argc < 2) Fail("usage: gradd_bench NAME --flag=value...");
  try {
    Run(Find(argv[1]), Flags(argc - 1, argv + 1));
  } catch (const std::exception& e) {
    Fail(e.what());
  }
  return 0;
}
