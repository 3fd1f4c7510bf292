#include "bench/measurer.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace gradd::bench {
namespace {

MakeSample Find(std::initializer_list<Measurer> measurers, const std::string& name) {
  for (const Measurer& measurer : measurers) {
    if (measurer.name == name) return measurer.make;
  }
  Fail("no measurer is called " + name);
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

int RunMeasurer(std::initializer_list<Measurer> measurers, int argc, char** argv) {
  if (argc < 2) Fail("usage: PROGRAM NAME --flag=value...");
  try {
    Run(Find(measurers, argv[1]), Flags(argc - 1, argv + 1));
  } catch (const std::exception& e) {
    Fail(e.what());
  }
  return 0;
}

}  // namespace gradd::bench
