# "log_softmax" as "LogSoftmax".
function(gradd_camel_case name out_var)
  string(REPLACE "_" ";" words ${name})
  set(camel "")
  foreach(word IN LISTS words)
    string(SUBSTRING ${word} 0 1 first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(TOUPPER ${first} first)
    string(APPEND camel ${first}${rest})
  endforeach()
  set(${out_var} ${camel} PARENT_SCOPE)
endfunction()

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
    gradd_camel_case(${name} camel)
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

# Generates the files that instantiate the CUDA kernels of all formulas, `count` of them and one that
# lists what they have, and names them in `out_var`.
function(gradd_generate_formula_units list_file out_dir count out_var)
  file(STRINGS ${list_file} lines REGEX "^pointwise/")
  math(EXPR last "${count} - 1")
  foreach(unit RANGE ${last})
    set(includes_${unit} "")
    set(entries_${unit} "")
  endforeach()
  set(unit 0)
  foreach(line IN LISTS lines)
    string(STRIP "${line}" line)
    get_filename_component(name ${line} NAME)
    gradd_camel_case(${name} camel)
    string(APPEND includes_${unit} "#include \"core/ops/${line}.h\"\n")
    string(APPEND entries_${unit} "  formulas.push_back(KernelsOf<ops::${camel}>());\n")
    math(EXPR unit "(${unit} + 1) % ${count}")
  endforeach()
  set(units "")
  set(declarations "")
  set(calls "")
  foreach(unit RANGE ${last})
    set(includes "${includes_${unit}}")
    set(entries "${entries_${unit}}")
    set(file ${out_dir}/core/kernels/cuda/formulas_${unit}.cu)
    file(CONFIGURE OUTPUT ${file} @ONLY CONTENT
"// Generated from core/ops/op_list.txt.
#include \"core/kernels/cuda/pointwise_kernels.cuh\"
@includes@
namespace gradd::cuda {

void AddFormulas@unit@(std::vector<FormulaKernels>& formulas) {
@entries@}

}  // namespace gradd::cuda
")
    list(APPEND units ${file})
    string(APPEND declarations "void AddFormulas${unit}(std::vector<FormulaKernels>& formulas);\n")
    string(APPEND calls "  AddFormulas${unit}(formulas);\n")
  endforeach()
  set(file ${out_dir}/core/kernels/cuda/all_formulas.cc)
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT
"// Generated from core/ops/op_list.txt.
#include \"core/kernels/cuda/pointwise.h\"

namespace gradd::cuda {

@declarations@
std::vector<FormulaKernels> AllFormulas() {
  std::vector<FormulaKernels> formulas;
@calls@  return formulas;
}

}  // namespace gradd::cuda
")
  set(${out_var} ${units} ${file} PARENT_SCOPE)
endfunction()
