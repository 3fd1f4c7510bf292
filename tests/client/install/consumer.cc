// Compiles and links against the installed client; needs no server.
#include <chrono>

#include "client/cpp/gradd.h"

int main() {
  gradd::ConnectionOptions nowhere;
  nowhere.target = "127.0.0.1:1";
  nowhere.connect_timeout = std::chrono::milliseconds(100);
  try {
    const gradd::Connection connection(nowhere);
    const gradd::Tensor x = gradd::ones({2, 3}, gradd::on(connection).requires_grad(true));
    gradd::sin(x * 2).sum().backward();
  } catch (const gradd::Error& error) {
    return error.reason() == "NO_SERVER" ? 0 : 1;
  }
  return 1;
}
