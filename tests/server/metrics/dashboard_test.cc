// The Grafana dashboard asks only for what the server says.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

#include "server/metrics/server_metrics.h"

namespace gradd::server {
namespace {

google::protobuf::Value Dashboard() {
  std::ifstream file(GRADD_SOURCE_DIR "/deploy/grafana/dashboards/gradd.json");
  std::stringstream text;
  text << file.rdbuf();
  google::protobuf::Value dashboard;
  const auto status = google::protobuf::util::JsonStringToMessage(text.str(), &dashboard);
  EXPECT_TRUE(status.ok()) << status;
  return dashboard;
}

// Of panels and of variables.
void FindQueries(const google::protobuf::Value& value, std::vector<std::string>& queries) {
  for (const auto& element : value.list_value().values()) FindQueries(element, queries);
  for (const auto& [name, field] : value.struct_value().fields()) {
    const bool is_query = name == "expr" || name == "query" || name == "definition";
    if (is_query && field.has_string_value()) queries.push_back(field.string_value());
    FindQueries(field, queries);
  }
}

// The names of samples that a scrape has.
std::set<std::string> SampleNames() {
  OpMetrics ops(10);
  CommandMetrics commands;
  RpcMetrics rpcs;
  const ServerMetrics metrics([] { return ServerGauges(); }, &ops, commands, rpcs);
  std::set<std::string> names;
  for (const prometheus::MetricFamily& family : metrics.Collect()) {
    if (family.type != prometheus::MetricType::Histogram) {
      names.insert(family.name);
      continue;
    }
    for (const char* part : {"_bucket", "_sum", "_count"}) names.insert(family.name + part);
  }
  return names;
}

TEST(Dashboard, AsksForWhatTheServerExposes) {
  std::vector<std::string> queries;
  FindQueries(Dashboard(), queries);
  EXPECT_GT(queries.size(), 40u);
  const std::set<std::string> names = SampleNames();
  static const std::regex kMetric(R"(\b(gradd|process)_\w+)");
  for (const std::string& query : queries) {
    if (query == "prometheus") continue;  // the data source
    std::sregex_iterator metric(query.begin(), query.end(), kMetric);
    EXPECT_NE(metric, std::sregex_iterator()) << query;
    for (; metric != std::sregex_iterator(); ++metric) {
      EXPECT_EQ(names.count(metric->str()), 1u) << metric->str() << " in " << query;
    }
  }
}

}  // namespace
}  // namespace gradd::server
