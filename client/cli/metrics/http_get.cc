#include "client/cli/metrics/http_get.h"

#include <memory>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include <curl/curl.h>

namespace gradd::cli {
namespace {

size_t Append(char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

}  // namespace

std::string HttpGet(const std::string& url, std::chrono::milliseconds timeout) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, void (*)(CURL*)> request(curl_easy_init(), &curl_easy_cleanup);
  if (started != CURLE_OK || request == nullptr) throw std::runtime_error("libcurl does not start");
  std::string body;
  curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(request.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(request.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(request.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &body);
  const CURLcode code = curl_easy_perform(request.get());
  if (code != CURLE_OK) {
    throw std::runtime_error(absl::StrCat("no metrics at ", url, ": ", curl_easy_strerror(code)));
  }
  return body;
}

}  // namespace gradd::cli
