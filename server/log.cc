#include "server/log.h"

#include <memory>

#include <google/protobuf/stubs/logging.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace gradd::server {
namespace {

spdlog::logger& Logger() {
  static spdlog::logger* const kLogger = [] {
    auto* logger = new spdlog::logger("gradd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger->flush_on(spdlog::level::trace);
    return logger;
  }();
  return *kLogger;
}

}  // namespace

void Log(LogLevel level, absl::string_view text) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                   spdlog::level::warn, spdlog::level::err};
  Logger().log(kLevels[static_cast<int>(level)], spdlog::string_view_t(text.data(), text.size()));
}

void QuietProtobuf() {
  google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel, const char*, int, const std::string& message) {
        Log(LogLevel::kDebug, message);
      });
}

bool SetLogLevel(absl::string_view level) {
  const std::string name(level);
  const spdlog::level::level_enum parsed = spdlog::level::from_str(name);
  if (parsed == spdlog::level::off && name != "off") return false;
  Logger().set_level(parsed);
  return true;
}

}  // namespace gradd::server
