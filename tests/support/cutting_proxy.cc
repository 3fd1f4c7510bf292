#include "tests/support/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace gradd {
namespace {

constexpr int kPollMillis = 5;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool IsReadable(int socket) {
  pollfd wanted{socket, POLLIN, 0};
  return poll(&wanted, 1, kPollMillis) > 0;
}

// So that the other side gets a reset, as from a machine that went away.
void Abort(int socket) {
  const linger now{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  shutdown(socket, SHUT_RDWR);
}

}  // namespace

CuttingProxy::CuttingProxy(const std::string& target)
    : target_port_(std::atoi(target.c_str() + target.rfind(':') + 1)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  accepter_ = std::thread([this] { Accept(); });
}

CuttingProxy::~CuttingProxy() {
  stopping_ = true;
  Cut();
  accepter_.join();
  std::vector<std::unique_ptr<Link>> links;
  {
    MutexLock lock(mutex_);
    links.swap(links_);
  }
  for (const auto& link : links) link->thread.join();
  close(listener_);
}

std::string CuttingProxy::target() const { return "127.0.0.1:" + std::to_string(port_); }

void CuttingProxy::Cut() {
  MutexLock lock(mutex_);
  for (const auto& link : links_) {
    if (link->done) continue;
    Abort(link->client);
    Abort(link->server);
  }
}

void CuttingProxy::Accept() {
  while (!stopping_) {
    if (!IsReadable(listener_)) continue;
    auto link = std::make_unique<Link>();
    link->client = accept(listener_, nullptr, nullptr);
    link->server = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Loopback(target_port_);
    if (link->client < 0 ||
        connect(link->server, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      close(link->client);
      close(link->server);
      continue;
    }
    const int on = 1;
    setsockopt(link->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(link->server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    MutexLock lock(mutex_);
    link->thread = std::thread([this, raw = link.get()] { Forward(*raw); });
    links_.push_back(std::move(link));
  }
}

void CuttingProxy::Forward(Link& link) {
  for (bool open = true; open && !stopping_;) {
    if (frozen_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kPollMillis));
      continue;
    }
    pollfd wanted[] = {{link.client, POLLIN, 0}, {link.server, POLLIN, 0}};
    if (poll(wanted, 2, kPollMillis) <= 0) continue;
    if (wanted[0].revents != 0) open = Move(link.client, link.server, false);
    if (open && wanted[1].revents != 0) open = Move(link.server, link.client, true);
  }
  link.done = true;
  Abort(link.client);
  Abort(link.server);
  MutexLock lock(mutex_);  // Cut may be using them
  close(link.client);
  close(link.server);
}

bool CuttingProxy::Move(int from, int to, bool from_server) {
  char bytes[16 << 10];
  ssize_t size = recv(from, bytes, sizeof(bytes), 0);
  if (size <= 0) return false;
  bool cut = false;
  if (from_server) {
    bytes_from_server_ += size;
    const int64_t left = bytes_left_;
    if (left >= 0) {
      cut = size >= left;
      if (cut) size = left;
      bytes_left_ = cut ? -1 : left - size;
    }
  }
  for (ssize_t sent = 0; sent < size;) {
    if (frozen_ || stopping_) {
      if (stopping_) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(kPollMillis));
      continue;
    }
    const ssize_t more = send(to, bytes + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += more;
  }
  if (cut) Cut();
  return !cut;
}

}  // namespace gradd
