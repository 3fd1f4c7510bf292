// gradctl: a Gradd server from the command line.
#include <iostream>
#include <string>
#include <vector>

#include "client/cli/command.h"

int main(int argc, char** argv) {
  return gradd::cli::RunCommandLine(std::vector<std::string>(argv + 1, argv + argc), std::cout,
                                    std::cerr);
}
