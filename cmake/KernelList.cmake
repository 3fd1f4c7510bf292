# Generates RegisterOps() of a backend from its folder: each <folder>/ops/<op>.cc (or .cu) defines the
# kernel of one op as `Kernel <Op>Kernel()` in namespace gradd::<backend>.
function(gradd_generate_kernel_list backend sources out_file)
  set(includes "")
  set(declarations "")
  set(entries "")
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    gradd_camel_case(${name} camel)
    string(APPEND declarations "Kernel ${camel}Kernel();\n")
    string(APPEND entries "  table.Set(*FindOp(\"${name}\"), ${camel}Kernel());\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out_file} @ONLY CONTENT
"// Generated from the names of the files in core/kernels/@backend@/ops.
#include \"core/kernels/@backend@/@backend@_kernels.h\"
#include \"core/ops/op_table.h\"

namespace gradd::@backend@ {

@declarations@
void RegisterOps(KernelTable& table) {
@entries@}

}  // namespace gradd::@backend@
")
endfunction()

# Generates one file for each family of the op list that includes the family's kernels, and names them in
# `out_var`: nvcc takes seconds for the headers of each file that it is given.
function(gradd_generate_kernel_units backend sources list_file out_dir out_var)
  file(STRINGS ${list_file} lines REGEX "^[a-z]")
  set(families "")
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    set(op ${lines})
    list(FILTER op INCLUDE REGEX "/${name}$")
    if(NOT op)
      message(FATAL_ERROR "${source}: no such op in ${list_file}")
    endif()
    get_filename_component(family ${op} DIRECTORY)
    list(APPEND families ${family})
    string(APPEND includes_${family} "#include \"core/kernels/${backend}/ops/${name}.cu\"\n")
  endforeach()
  list(REMOVE_DUPLICATES families)
  set(units "")
  foreach(family IN LISTS families)
    set(file ${out_dir}/core/kernels/${backend}/ops_${family}.cu)
    file(CONFIGURE OUTPUT ${file} @ONLY CONTENT
"// Generated from the names of the files in core/kernels/${backend}/ops.
${includes_${family}}")
    list(APPEND units ${file})
  endforeach()
  set(${out_var} ${units} PARENT_SCOPE)
endfunction()
