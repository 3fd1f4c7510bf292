#include "server/config_file.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "core/base/status.h"
#include "server/config_flags.h"
#include "server/security/file.h"

namespace gradd::server {
namespace {

using google::protobuf::FieldDescriptorProto;

FieldDescriptorProto::Type TypeOf(const Flag& flag) {
  if (flag.is_bool()) return FieldDescriptorProto::TYPE_BOOL;
  if (std::holds_alternative<int64_t Config::*>(flag.field))
    return FieldDescriptorProto::TYPE_INT64;
  return FieldDescriptorProto::TYPE_STRING;
}

// A message type with a field for each flag, so that there is no second list of them.
google::protobuf::FileDescriptorProto DescribeFlags() {
  google::protobuf::FileDescriptorProto file;
  file.set_name("config");
  google::protobuf::DescriptorProto& message = *file.add_message_type();
  message.set_name("Config");
  for (const Flag& flag : AllFlags()) {
    FieldDescriptorProto& field = *message.add_field();
    field.set_name(std::string(flag.name));
    field.set_number(message.field_size());
    field.set_type(TypeOf(flag));
    const bool is_list = std::holds_alternative<std::vector<std::string> Config::*>(flag.field);
    field.set_label(is_list ? FieldDescriptorProto::LABEL_REPEATED
                            : FieldDescriptorProto::LABEL_OPTIONAL);
  }
  return file;
}

class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text.empty()) text = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  std::string text;
};

std::string ValueOf(const google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (field.type() == field.TYPE_BOOL)
    return reflection.GetBool(message, &field) ? "true" : "false";
  if (field.type() == field.TYPE_INT64) return absl::StrCat(reflection.GetInt64(message, &field));
  return reflection.GetString(message, &field);
}

}  // namespace

absl::Status ReadConfigFile(const std::string& path, Config& config) {
  GRADD_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  return ReadConfigText(text, path, config);
}

absl::Status ReadConfigText(const std::string& text, const std::string& name, Config& config) {
  google::protobuf::DescriptorPool pool;
  const google::protobuf::Descriptor& type =
      *pool.BuildFile(DescribeFlags())->FindMessageTypeByName("Config");
  google::protobuf::DynamicMessageFactory factory(&pool);
  const std::unique_ptr<google::protobuf::Message> message(factory.GetPrototype(&type)->New());
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(text, message.get())) {
    return InvalidArgument("CONFIG", name, ":", error.text);
  }
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *type.field(i);
    const Flag& flag = AllFlags()[i];
    if (field.is_repeated()) {
      for (int k = 0; k < reflection.FieldSize(*message, &field); ++k) {
        GRADD_RETURN_IF_ERROR(
            flag.Set(reflection.GetRepeatedString(*message, &field, k), k == 0, config));
      }
    } else if (reflection.HasField(*message, &field)) {
      absl::Status status = flag.Set(ValueOf(*message, field), true, config);
      if (!status.ok()) return InvalidArgument("CONFIG", name, ": ", status.message());
    }
  }
  return absl::OkStatus();
}

}  // namespace gradd::server
