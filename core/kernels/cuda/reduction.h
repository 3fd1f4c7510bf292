// What reductions on the device have in common: which elements belong to which output, and how
// threads, blocks and pieces share them. All of that follows from the input's layout, so results
// are the same each time and on every device.
//
// Accumulators are doubles for floating elements and int64, which wrap, for integers and bools.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// How elements become one number: what each contributes, and how contributions are joined.
enum class FoldKind : uint8_t {
  kSum,
  kProduct,
  kNotZero,      // how many
  kLargest,      // NaN where an element is
  kSmallest,     // NaN where an element is
  kArgLargest,   // the value, and the row-major place of the first element that has it
  kArgSmallest,  // the same
  // Of floating elements only:
  kSquaresAround,  // sum of (x - center)^2
  kExpAround,      // sum of exp(x - center)
  kSquares,
  kMagnitudes,
  kPowers,  // sum of |x|^parameter
  kLargestMagnitude,
  kSmallestMagnitude,
};

// What becomes of an accumulator at the end.
struct Finish {
  enum Kind : uint8_t {
    kAsIs,
    kQuotient,        // by number
    kRootOfQuotient,  // the square root of that
    kPower,           // to number; 0.5 is a square root
    kFinite,          // infinities become 0
    kLogAround,       // log(x) + center
    kIsNumber,        // whether it is number
  };
  Kind kind = kAsIs;
  double number = 0;
};

// Where outputs go, contiguous. `indices`: of kArg folds, which may lack `data`.
struct ReducedOutput {
  void* data = nullptr;
  DType dtype = DType::kFloat64;
  int64_t* indices = nullptr;
};

struct FoldCall;

class Reduction {
 public:
  // Reduces dimensions `dims` (normalized) of `input`. `through`: every element is converted to
  // this dtype first. Allocates its workspace, then enqueues the conversion, so whoever needs more
  // workspace asks for it before.
  static absl::StatusOr<Reduction> Make(const KernelCall& call, const KernelArgument& input,
                                        DimsView dims, bool in_order = false,
                                        std::optional<DType> through = std::nullopt);
  Reduction(Reduction&&);
  ~Reduction();

  // Of each output.
  int64_t elements() const;
  // Enqueues one pass over the elements. `centers`: one of each output, where the kind has them.
  // kArg folds REQUIRE `in_order`.
  void Run(FoldKind kind, const ReducedOutput& out, const Finish& finish = {}, double parameter = 0,
           const double* centers = nullptr) const;

 private:
  Reduction(Stream& stream, DType dtype);

  Stream& stream_;
  DType dtype_;
  std::unique_ptr<FoldCall> elements_, partials_;
};

// One pass over input 0 of `call` into output 0.
absl::Status Reduce(const KernelCall& call, DimsView dims, FoldKind kind, const Finish& finish = {},
                    double parameter = 0, std::optional<DType> through = std::nullopt);
// The op's argument `dim`, all of them if none, into `indices` and, if given, `values`.
absl::Status ReduceToPlaces(const KernelCall& call, std::optional<int64_t> dim, FoldKind kind,
                            const KernelArgument& indices, const KernelArgument* values);
// Variance, or its root.
absl::Status ReduceToVariance(const KernelCall& call, Finish::Kind finish);

// The dimensions that attribute `i` names. REQUIRES: the op's spec rule accepted them.
Dims ReducedDims(const KernelCall& call, size_t i = 0);
// The dtype that elements of input 0 have to pass through on the way to output 0; nothing where
// they keep their value.
std::optional<DType> ThroughFor(const KernelCall& call);
// Elements of input 0 for each of output 0.
double ElementsOfEach(const KernelCall& call);

}  // namespace gradd::cuda
