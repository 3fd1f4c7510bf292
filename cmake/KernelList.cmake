# Generates RegisterOps() of a backend from its folder: each <folder>/ops/<op>.cc defines the kernel of
# one op as `Kernel <Op>Kernel()` in namespace gradd::<backend>.
function(gradd_generate_kernel_list backend sources out_file)
  set(includes "")
  set(declarations "")
  set(entries "")
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE "_" ";" words ${name})
    set(camel "")
    foreach(word IN LISTS words)
      string(SUBSTRING ${word} 0 1 first)
      string(SUBSTRING ${word} 1 -1 rest)
      string(TOUPPER ${first} first)
      string(APPEND camel ${first}${rest})
    endforeach()
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
