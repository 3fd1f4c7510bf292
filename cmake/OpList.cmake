# Generates what follows from core/ops/op_list.txt:
#   op_table.cc           AllOps() and FindOp()
#   pointwise_list.h      includes every formula; GRADD_FOR_EACH_POINTWISE(M) with M(Sin) ...
# into ${CMAKE_BINARY_DIR}/generated/core/ops.
function(gradd_generate_op_list list_file out_dir)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list_file})
  file(STRINGS ${list_file} lines REGEX "^[a-z]")
  set(table_includes "")
  set(table_entries "")
  set(pointwise_includes "")
  set(pointwise_macro "")
  foreach(line IN LISTS lines)
    string(STRIP "${line}" line)
    get_filename_component(name ${line} NAME)
    string(REPLACE "_" ";" words ${name})
    set(camel "")
    foreach(word IN LISTS words)
      string(SUBSTRING ${word} 0 1 first)
      string(SUBSTRING ${word} 1 -1 rest)
      string(TOUPPER ${first} first)
      string(APPEND camel ${first}${rest})
    endforeach()
    if(line MATCHES "^pointwise/")
      string(APPEND pointwise_includes "#include \"core/ops/${line}.h\"\n")
      string(APPEND pointwise_macro " \\\n  M(${camel})")
      string(APPEND table_entries "  (void)PointwiseOp<${camel}>();\n")
    else()
      string(APPEND table_includes "#include \"core/ops/${line}.h\"\n")
      string(APPEND table_entries "  (void)${camel}Op();\n")
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${out_dir}/core/ops/pointwise_list.h @ONLY CONTENT
"// Generated from core/ops/op_list.txt.
#pragma once

@pointwise_includes@
#define GRADD_FOR_EACH_POINTWISE(M)@pointwise_macro@
")
  file(CONFIGURE OUTPUT ${out_dir}/core/ops/define_all_ops.cc @ONLY CONTENT
"// Generated from core/ops/op_list.txt.
#include \"core/ops/define_all_ops.h\"

#include \"core/ops/pointwise/define.h\"
#include \"core/ops/pointwise_list.h\"
@table_includes@
namespace gradd::ops {

void DefineAllOps() {
@table_entries@}

}  // namespace gradd::ops
")
endfunction()
