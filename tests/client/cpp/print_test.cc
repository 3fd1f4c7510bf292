// Printing, against what PyTorch printed of the same tensors (print_cases.py).
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/error.h"
#include "client/cpp/print_options.h"
#include "client/cpp/tensor_format.h"

namespace gradd {
namespace {

struct PrintCase {
  std::string name;
  HostTensor tensor;
  PrintOptions options;
  std::string history;
  std::string text;
};

std::string RampBytes(DType dtype, int64_t count, double step, double start) {
  std::string bytes(static_cast<size_t>(count) * ItemSize(dtype), '\0');
  VisitDType(dtype, [&](auto zero) {
    for (int64_t i = 0; i < count; ++i) {
      const auto number =
          Scalar(static_cast<double>(i) * step + start).template To<decltype(zero)>();
      std::memcpy(bytes.data() + static_cast<size_t>(i) * sizeof(number), &number, sizeof(number));
    }
  });
  return bytes;
}

void ReadOption(const std::string& text, PrintOptions& options) {
  const std::vector<std::string> parts = absl::StrSplit(text, '=');
  const auto number = [&] { return std::stoll(parts[1]); };
  if (parts[0] == "precision") options.precision = static_cast<int>(number());
  if (parts[0] == "threshold") options.threshold = number();
  if (parts[0] == "edgeitems") options.edgeitems = number();
  if (parts[0] == "linewidth") options.linewidth = number();
  if (parts[0] == "sci_mode") options.sci_mode = parts[1] == "True";
}

std::vector<PrintCase> ReadCases() {
  std::ifstream file(GRADD_PRINT_CASES);
  std::vector<PrintCase> cases;
  std::string line;
  while (std::getline(file, line)) {
    const std::pair<std::string, std::string> field = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const auto& [key, value] = field;
    if (key == "case") {
      cases.emplace_back().name = value;
      continue;
    }
    if (cases.empty()) continue;
    PrintCase& c = cases.back();
    const std::vector<std::string> words = absl::StrSplit(value, ' ', absl::SkipEmpty());
    if (key == "dtype") c.tensor.dtype = *DTypeFromName(value);
    if (key == "data") c.tensor.bytes = absl::HexStringToBytes(value);
    if (key == "history") c.history = value;
    if (key == "shape") {
      for (const std::string& word : words) c.tensor.shape.push_back(std::stoll(word));
    }
    if (key == "ramp") {
      c.tensor.bytes = RampBytes(c.tensor.dtype, ElementCount(c.tensor.shape), std::stod(words[0]),
                                 std::stod(words[1]));
    }
    if (key == "options") {
      for (const std::string& word : words) ReadOption(word, c.options);
    }
    if (key == "text") {
      for (int i = std::stoi(value); i > 0 && std::getline(file, line); --i) {
        absl::StrAppend(&c.text, c.text.empty() ? "" : "\n", line);
      }
    }
  }
  return cases;
}

TEST(Print, IsPyTorchs) {
  const std::vector<PrintCase> cases = ReadCases();
  EXPECT_GE(cases.size(), 160u);
  for (const PrintCase& c : cases) {
    const HostTensor shown = ShownPart(c.tensor, c.options);
    EXPECT_EQ(shown.shape, ShownShape(c.tensor.shape, c.options)) << c.name;
    EXPECT_EQ(FormatTensor(shown, c.tensor.shape, c.options, "", c.history), c.text) << c.name;
  }
}

TEST(Print, EveryDTypeHasCases) {
  std::vector<int> counts(kDTypeCount);
  for (const PrintCase& c : ReadCases()) ++counts[static_cast<size_t>(c.tensor.dtype)];
  EXPECT_THAT(counts, ::testing::Each(::testing::Ge(5)));
}

TEST(Print, NamesADeviceBeforeTheDType) {
  HostTensor tensor;
  tensor.dtype = DType::kFloat64;
  tensor.bytes.assign(8, '\0');
  EXPECT_EQ(FormatTensor(tensor, {}, {}, "sim:0", "requires_grad=True"),
            "tensor(0., device='sim:0', dtype=torch.float64, requires_grad=True)");
}

TEST(PrintOptions, HoldUntilTheEndOfTheScope) {
  {
    const PrintOptionsGuard guard(PrintOptions::Short());
    EXPECT_EQ(get_printoptions().precision, 2);
    EXPECT_EQ(get_printoptions().edgeitems, 2);
  }
  EXPECT_EQ(get_printoptions().precision, 4);
  EXPECT_THROW(set_printoptions({.precision = -1}), Error);
  EXPECT_EQ(get_printoptions().precision, 4);
}

}  // namespace
}  // namespace gradd
