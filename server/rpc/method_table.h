// What can be called.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "core/base/ref.h"
#include "server/rpc/call.h"

namespace gradd::server {

struct Method {
  std::string name;  // "/gradd.v1.GradientService/Forward"
  // Makes who serves a call; CallHandler::Start follows.
  std::function<RefPtr<CallHandler>(RefPtr<Call>)> serve;
  // Streams live long: they are told when the server drains.
  bool is_stream = false;
  // Served to everybody and to the last, as health is.
  bool is_open = false;
  int index = -1;  // in the table
};

class MethodTable {
 public:
  void Add(Method method) {
    method.index = static_cast<int>(methods_.size());
    by_name_[method.name] = method.index;
    methods_.push_back(std::move(method));
  }
  // Null when there is no such method.
  const Method* Find(absl::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &methods_[found->second];
  }
  const std::vector<Method>& methods() const { return methods_; }

 private:
  std::vector<Method> methods_;
  absl::flat_hash_map<std::string, int> by_name_;
};

}  // namespace gradd::server
