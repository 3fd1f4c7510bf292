#include "proto/codec/op_call.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "gradd/v1/gradient_service.pb.h"
#include "proto/codec/dtype.h"

namespace gradd::codec {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

constexpr size_t kVarintBytes = 10;

size_t VarintSize(uint64_t value) { return CodedOutputStream::VarintSize64(value); }
// Of an int64, whose negative values take all ten bytes.
size_t IntSize(int64_t value) { return VarintSize(static_cast<uint64_t>(value)); }

// Appends to memory that the caller made large enough.
class Writer {
 public:
  explicit Writer(uint8_t* at) : at_(at) {}
  uint8_t* at() const { return at_; }

  void Varint(uint64_t value) { at_ = CodedOutputStream::WriteVarint64ToArray(value, at_); }
  void VarintField(int field, uint64_t value) {
    Tag(field, WireFormatLite::WIRETYPE_VARINT);
    Varint(value);
  }
  void DoubleField(int field, double value) {
    Tag(field, WireFormatLite::WIRETYPE_FIXED64);
    at_ = CodedOutputStream::WriteLittleEndian64ToArray(WireFormatLite::EncodeDouble(value), at_);
  }
  // The caller writes `size` bytes next.
  void LengthField(int field, size_t size) {
    Tag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    Varint(size);
  }
  void Bytes(absl::string_view bytes) {
    at_ = CodedOutputStream::WriteRawToArray(bytes.data(), static_cast<int>(bytes.size()), at_);
  }

 private:
  void Tag(int field, WireFormatLite::WireType type) {
    Varint(WireFormatLite::MakeTag(field, type));
  }
  uint8_t* at_;
};

constexpr size_t kScalarBound = 2 * kVarintBytes;
constexpr size_t kLengthBound = 2 + kVarintBytes;  // of a tag and a length

size_t WriteScalar(Scalar scalar, uint8_t* at) {
  Writer w(at);
  if (scalar.dtype() == DType::kBool) {
    w.VarintField(v1::Scalar::kBoolValueFieldNumber, scalar.To<bool>() ? 1 : 0);
  } else if (scalar.dtype() == DType::kInt64) {
    w.VarintField(v1::Scalar::kIntValueFieldNumber, static_cast<uint64_t>(scalar.To<int64_t>()));
  } else {
    w.DoubleField(v1::Scalar::kFloatValueFieldNumber, scalar.To<double>());
  }
  return static_cast<size_t>(w.at() - at);
}

size_t AttributeBound(const AttributeValue& value) {
  const Dims* const dims = std::get_if<Dims>(&value);
  return 2 * kLengthBound + kScalarBound + (dims != nullptr ? dims->size() * kVarintBytes : 16);
}

// Writes the fields of an Attribute.
struct AttributeWriter {
  Writer& w;

  void operator()(std::monostate) const { w.VarintField(v1::Attribute::kAbsentFieldNumber, 1); }
  void operator()(bool value) const {
    w.VarintField(v1::Attribute::kBoolValueFieldNumber, value ? 1 : 0);
  }
  void operator()(int64_t value) const {
    w.VarintField(v1::Attribute::kIntValueFieldNumber, static_cast<uint64_t>(value));
  }
  void operator()(double value) const {
    w.DoubleField(v1::Attribute::kFloatValueFieldNumber, value);
  }
  void operator()(DType value) const {
    w.VarintField(v1::Attribute::kDtypeValueFieldNumber, EncodeDType(value));
  }
  void operator()(const Dims& dims) const {
    size_t size = 0;
    for (const int64_t dim : dims) size += IntSize(dim);
    const size_t list = size == 0 ? 0 : 1 + VarintSize(size) + size;
    w.LengthField(v1::Attribute::kIntsValueFieldNumber, list);
    if (size == 0) return;
    w.LengthField(v1::Ints::kValuesFieldNumber, size);
    for (const int64_t dim : dims) w.Varint(static_cast<uint64_t>(dim));
  }
  void operator()(const Scalar& value) const {
    uint8_t bytes[kScalarBound];
    const size_t size = WriteScalar(value, bytes);
    w.LengthField(v1::Attribute::kScalarValueFieldNumber, size);
    w.Bytes({reinterpret_cast<const char*>(bytes), size});
  }
  void operator()(DeviceId value) const {
    const std::string name = ToString(value);
    w.LengthField(v1::Attribute::kDeviceValueFieldNumber, name.size());
    w.Bytes(name);
  }
};

void WriteAttribute(const AttributeValue& value, Writer& w) {
  // Most attributes take a few bytes; those of a long list go through the heap.
  absl::InlinedVector<uint8_t, 96> bytes(AttributeBound(value));
  Writer inner(bytes.data());
  std::visit(AttributeWriter{inner}, value);
  const size_t size = static_cast<size_t>(inner.at() - bytes.data());
  w.LengthField(v1::OpCall::kAttributesFieldNumber, size);
  w.Bytes({reinterpret_cast<const char*>(bytes.data()), size});
}

void WriteCall(const OpCall& call, const Attributes& attributes, Writer& w) {
  w.VarintField(v1::OpCall::kOpIdFieldNumber, call.op_id);
  if (!call.inputs.empty()) {
    size_t size = 0;
    for (const uint64_t handle : call.inputs) size += VarintSize(handle);
    w.LengthField(v1::OpCall::kInputsFieldNumber, size);
    for (const uint64_t handle : call.inputs) w.Varint(handle);
  }
  for (const Scalar& scalar : call.scalars) {
    uint8_t bytes[kScalarBound];
    const size_t size = WriteScalar(scalar, bytes);
    w.LengthField(v1::OpCall::kScalarsFieldNumber, size);
    w.Bytes({reinterpret_cast<const char*>(bytes), size});
  }
  if (call.output != 0) w.VarintField(v1::OpCall::kOutputFieldNumber, call.output);
  for (size_t i = 0; i < attributes.size(); ++i) WriteAttribute(attributes[i], w);
  if (call.grad_mode != v1::GRAD_MODE_UNSPECIFIED) {
    w.VarintField(v1::OpCall::kGradModeFieldNumber, call.grad_mode);
  }
  if (call.in_place) w.VarintField(v1::OpCall::kInPlaceFieldNumber, 1);
  if (call.source_id != 0) w.VarintField(v1::OpCall::kSourceIdFieldNumber, call.source_id);
}

size_t CallBound(const OpCall& call, const Attributes& attributes) {
  size_t bound = 8 * kVarintBytes + call.inputs.size() * kVarintBytes +
                 call.scalars.size() * (kLengthBound + kScalarBound);
  for (size_t i = 0; i < attributes.size(); ++i) bound += AttributeBound(attributes[i]);
  return bound;
}

}  // namespace

void AppendOpCall(const OpCall& call, const Attributes& attributes, std::string* forward) {
  uint8_t stack[512];
  std::string heap;
  uint8_t* bytes = stack + kLengthBound;
  if (const size_t bound = kLengthBound + CallBound(call, attributes); bound > sizeof(stack)) {
    heap.resize(bound);
    bytes = reinterpret_cast<uint8_t*>(heap.data()) + kLengthBound;
  }
  Writer w(bytes);
  WriteCall(call, attributes, w);
  const size_t size = static_cast<size_t>(w.at() - bytes);
  // The tag and the length go right before the body, for one append.
  uint8_t* const start = bytes - 1 - VarintSize(size);
  Writer(start).LengthField(v1::ForwardRequest::kCallsFieldNumber, size);
  forward->append(reinterpret_cast<const char*>(start), static_cast<size_t>(w.at() - start));
}

std::string FrameForward(const CommandPlace& place, absl::string_view forward) {
  uint8_t head[4 * kLengthBound];
  Writer w(head);
  w.VarintField(v1::Command::kSequenceFieldNumber, place.sequence);
  if (place.lane != 0) w.VarintField(v1::Command::kLaneFieldNumber, place.lane);
  if (place.epoch != 0) w.VarintField(v1::Command::kEpochFieldNumber, place.epoch);
  w.LengthField(v1::Command::kForwardFieldNumber, forward.size());
  const size_t head_size = static_cast<size_t>(w.at() - head);
  const size_t size = head_size + forward.size();

  uint8_t frame[kLengthBound];
  Writer framing(frame);
  framing.LengthField(v1::ExecuteRequest::kCommandsFieldNumber, size);
  const size_t frame_size = static_cast<size_t>(framing.at() - frame);
  std::string bytes;
  bytes.reserve(frame_size + size);
  bytes.append(reinterpret_cast<const char*>(frame), frame_size);
  bytes.append(reinterpret_cast<const char*>(head), head_size);
  bytes.append(forward.data(), forward.size());
  return bytes;
}

std::string FrameCommand(const CommandPlace& place, v1::Command* command) {
  command->set_sequence(place.sequence);
  command->set_lane(place.lane);
  command->set_epoch(place.epoch);
  const size_t size = command->ByteSizeLong();
  std::string bytes;
  uint8_t frame[kLengthBound];
  Writer framing(frame);
  framing.LengthField(v1::ExecuteRequest::kCommandsFieldNumber, size);
  bytes.reserve(kLengthBound + size);
  bytes.append(reinterpret_cast<const char*>(frame), static_cast<size_t>(framing.at() - frame));
  command->AppendToString(&bytes);
  return bytes;
}

}  // namespace gradd::codec
