// The functions of shape_functions.h as methods of their first argument.
#pragma once

#include <cstdint>
#include <vector>

#include "client/cpp/shape_functions.h"

namespace gradd {
inline namespace client {

template <class Self>
class ShapeMethods {
 public:
  Self reshape(const DimsArg& shape, SourceLine source = SourceLine::Here()) const {
    return client::reshape(self(), shape, source);
  }
  Self flatten(int64_t start_dim = 0, int64_t end_dim = -1,
               SourceLine source = SourceLine::Here()) const {
    return client::flatten(self(), start_dim, end_dim, source);
  }
  Self unflatten(int64_t dim, const DimsArg& sizes, SourceLine source = SourceLine::Here()) const {
    return client::unflatten(self(), dim, sizes, source);
  }
  Self ravel(SourceLine source = SourceLine::Here()) const { return client::ravel(self(), source); }
  Self view_as(const Self& other, SourceLine source = SourceLine::Here()) const {
    return client::view_as(self(), other, source);
  }
  Self expand_as(const Self& other, SourceLine source = SourceLine::Here()) const {
    return client::expand_as(self(), other, source);
  }
  Self narrow(int64_t dim, int64_t start, int64_t length,
              SourceLine source = SourceLine::Here()) const {
    return client::narrow(self(), dim, start, length, source);
  }
  std::vector<Self> split(int64_t size, int64_t dim = 0,
                          SourceLine source = SourceLine::Here()) const {
    return client::split(self(), size, dim, source);
  }
  std::vector<Self> split_with_sizes(const DimsArg& sizes, int64_t dim = 0,
                                     SourceLine source = SourceLine::Here()) const {
    return client::split_with_sizes(self(), sizes, dim, source);
  }
  std::vector<Self> chunk(int64_t chunks, int64_t dim = 0,
                          SourceLine source = SourceLine::Here()) const {
    return client::chunk(self(), chunks, dim, source);
  }
  std::vector<Self> unbind(int64_t dim = 0, SourceLine source = SourceLine::Here()) const {
    return client::unbind(self(), dim, source);
  }
  Self movedim(const DimsArg& from, const DimsArg& to,
               SourceLine source = SourceLine::Here()) const {
    return client::movedim(self(), from, to, source);
  }
  Self swapaxes(int64_t dim0, int64_t dim1, SourceLine source = SourceLine::Here()) const {
    return client::swapaxes(self(), dim0, dim1, source);
  }
  Self tile(const DimsArg& repeats, SourceLine source = SourceLine::Here()) const {
    return client::tile(self(), repeats, source);
  }

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace client
}  // namespace gradd
