// A program that measures: PROGRAM NAME --flag=value... takes one sample of NAME for each line that
// it reads and prints it. With --samples=N it takes N and ends. The protocol is in
// bench/harness/measurer.py.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "bench/rpc_api/flags.h"

namespace gradd::bench {

// Measures once, for a few hundred milliseconds at most where it can be; the unit is the row's.
using Sample = std::function<double()>;

// Everything before the first sample: connects, checks that what is computed is right, warms up.
using MakeSample = Sample (*)(const Flags&);

struct Measurer {
  std::string name;
  MakeSample make;
};

// For main().
int RunMeasurer(std::initializer_list<Measurer> measurers, int argc, char** argv);

// Ends the process, with a line that bench/run.py makes the row's reason.
[[noreturn]] void Fail(const std::string& what);
inline void Require(bool ok, const std::string& what) {
  if (!ok) Fail(what);
}

class Stopwatch {
 public:
  double Seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  double Millis() const { return 1e3 * Seconds(); }
  double Micros() const { return 1e6 * Seconds(); }

 private:
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start_ = Clock::now();
};

}  // namespace gradd::bench
