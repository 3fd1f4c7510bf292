#include "core/spec/scalar.h"

#include "absl/strings/str_cat.h"

namespace gradd {

bool Scalar::operator==(const Scalar& other) const {
  if (dtype_ != other.dtype_) return false;
  return dtype_ == DType::kFloat64 ? floating_ == other.floating_ : integer_ == other.integer_;
}

std::string Scalar::ToString() const {
  if (dtype_ == DType::kBool) return integer_ != 0 ? "True" : "False";
  if (dtype_ == DType::kInt64) return absl::StrCat(integer_);
  return absl::StrCat(floating_);
}

}  // namespace gradd
