#include "bench/rpc_api/workloads.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

#include "bench/rpc_api/usage.h"

namespace gradd::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kWarmUp = 200;

double MicrosSince(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

// What the client (first) and the server (second) have used.
std::pair<Usage, Usage> BothUsages(ClientApi* client) {
  EchoRequest request;
  request.set_want_usage(true);
  EchoReply reply;
  client->Echo(request, &reply);
  return {CurrentUsage(), {reply.cpu_us(), reply.context_switches()}};
}

void PrintUsage(const char* name, ClientApi* client, const std::pair<Usage, Usage>& before,
                double messages) {
  const auto after = BothUsages(client);
  std::printf(", \"%s_client_cpu\": %.3f, \"%s_server_cpu\": %.3f, \"%s_switches\": %.3f", name,
              (after.first.cpu_us - before.first.cpu_us) / messages, name,
              (after.second.cpu_us - before.second.cpu_us) / messages, name,
              (after.first.context_switches - before.first.context_switches +
               after.second.context_switches - before.second.context_switches) /
                  messages);
}

void PrintLatency(const char* name, std::vector<double> micros) {
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double q) { return micros[static_cast<size_t>(q * (micros.size() - 1))]; };
  std::printf(", \"%s_p50\": %.2f, \"%s_p99\": %.2f, \"%s_max\": %.2f", name, at(0.5), name,
              at(0.99), name, micros.back());
}

// Calls `once` repeatedly, for warm-up first, and prints latency and usage.
template <typename Once>
void MeasureLatency(const char* name, ClientApi* client, std::chrono::milliseconds duration,
                    Once once) {
  for (int i = 0; i < kWarmUp; ++i) once();
  const auto before = BothUsages(client);
  std::vector<double> micros;
  const auto until = Clock::now() + duration;
  while (Clock::now() < until) {
    const auto start = Clock::now();
    once();
    micros.push_back(MicrosSince(start));
  }
  const double calls = static_cast<double>(micros.size());
  PrintUsage(name, client, before, calls);
  PrintLatency(name, std::move(micros));
}

}  // namespace

void Require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::_Exit(1);
}

void MeasureUnary(ClientApi* client, std::chrono::milliseconds duration) {
  EchoRequest request;
  request.set_payload(std::string(16, 'x'));
  EchoReply reply;
  MeasureLatency("unary", client, duration, [&] { client->Echo(request, &reply); });
}

void MeasurePing(ClientApi* client, const StreamRequest& message,
                 std::chrono::milliseconds duration) {
  auto stream = client->Open();
  uint64_t sent = 0;
  MeasureLatency("ping", client, duration, [&] {
    stream->Send(message, false);
    stream->WaitApplied(++sent);
  });
  Require(stream->Close());
}

void MeasureThroughput(ClientApi* client, StreamRequest message, int cork, int window,
                       std::chrono::milliseconds duration) {
  constexpr uint64_t kAckEvery = 16;
  message.set_ack_every(kAckEvery);
  auto stream = client->Open();
  uint64_t sent = 0;
  // The window is reopened by half, so that the sender neither stops at every acknowledgement nor
  // runs dry.
  const auto send = [&] {
    if (sent % (window / 2) == 0 && sent >= static_cast<uint64_t>(window)) {
      stream->WaitApplied(sent - window / 2);
    }
    ++sent;
    stream->Send(message, sent % cork != 0);
  };
  for (int i = 0; i < 2048; ++i) send();
  stream->WaitApplied(sent);

  const auto before = BothUsages(client);
  const uint64_t first = sent;
  const auto start = Clock::now();
  const auto until = start + duration;
  while (Clock::now() < until) {
    for (uint64_t i = 0; i < 16 * kAckEvery; ++i) send();
  }
  stream->WaitApplied(sent);
  const double micros = MicrosSince(start), messages = static_cast<double>(sent - first);
  PrintUsage("stream", client, before, messages);
  std::printf(", \"stream_per_s\": %.0f, \"stream_mb_per_s\": %.1f", messages / micros * 1e6,
              messages * message.ByteSizeLong() / micros);
  Require(stream->Close());
}

void MeasureAfterIdle(ClientApi* client, const StreamRequest& message, int samples,
                      std::chrono::milliseconds gap, std::chrono::milliseconds spread) {
  auto stream = client->Open();
  uint64_t sent = 0;
  std::vector<double> micros;
  for (int i = 0; i < samples; ++i) {
    std::this_thread::sleep_for(gap + spread * i / samples);
    const auto start = Clock::now();
    stream->Send(message, false);
    stream->WaitApplied(++sent);
    if (i > 0) micros.push_back(MicrosSince(start));  // the first opens the connection
  }
  const auto slow = std::count_if(micros.begin(), micros.end(), [](double x) { return x > 10e3; });
  std::printf(", \"idle_samples\": %zu, \"idle_over_10ms\": %td", micros.size(), slow);
  PrintLatency("idle", std::move(micros));
  Require(stream->Close());
}

void HoldStreams(const std::vector<std::unique_ptr<ClientApi>>& clients,
                 const StreamRequest& message, int count) {
  std::vector<std::unique_ptr<ClientStream>> streams;
  for (int i = 0; i < count; ++i) {
    streams.push_back(clients[i % clients.size()]->Open());
    streams.back()->Send(message, false);
    streams.back()->WaitApplied(1);
  }
  std::cout << "ready" << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  for (auto& stream : streams) Require(stream->Close());
}

}  // namespace gradd::bench
