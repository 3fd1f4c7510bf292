# One folder is one target with declared dependencies.
#   gradd_library(gradd_ops SOURCES ... DEPS gradd_spec ... [HEADERS core|wire|rpc] [SEPARATE])
# HEADERS names what is compiled once for all of a target's sources (cmake/precompiled/<name>.h).
# SEPARATE: its sources name their parts alike, so they never share a translation unit; those of other
# targets do in the sanitizer builds.
function(gradd_library name)
  cmake_parse_arguments(ARG "SEPARATE" "HEADERS" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS})
    if(ARG_HEADERS)
      gradd_precompile(${name} ${ARG_HEADERS})
    endif()
    if(ARG_SEPARATE)
      set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# Sources that are compiled once for each instruction set, into the namespace GRADD_ISA (see
# core/kernels/cpu/simd/functions.h).
function(gradd_simd_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  set(isas baseline)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND isas avx2 avx512)
  endif()
  set(flags_avx2 -mavx2 -mfma -mf16c)
  set(flags_avx512 ${flags_avx2} -mavx512f -mavx512dq -mavx512bw -mavx512vl -mprefer-vector-width=512)
  add_library(${name} INTERFACE)
  foreach(isa IN LISTS isas)
    add_library(${name}_${isa} STATIC ${ARG_SOURCES})
    target_compile_definitions(${name}_${isa} PRIVATE GRADD_ISA=${isa})
    # -fwrapv: integer arithmetic wraps. Whether a floating operation raised a flag is never asked.
    target_compile_options(${name}_${isa} PRIVATE -O3 -fwrapv -fno-math-errno -fno-trapping-math
                           ${flags_${isa}})
    set_target_properties(${name}_${isa} PROPERTIES UNITY_BUILD OFF)
    target_link_libraries(${name}_${isa} PUBLIC ${ARG_DEPS})
    target_link_libraries(${name} INTERFACE ${name}_${isa})
  endforeach()
endfunction()

# A backend as a shared library (core/runtime/backend_module.h). It links none of our libraries: the
# program that loads it has them, and must be one with ENABLE_EXPORTS.
function(gradd_backend_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  target_compile_definitions(${name} PRIVATE GRADD_VERSION="${PROJECT_VERSION}")
endfunction()

# One test binary; LABELS decide which sanitizer builds run it: those labelled tsan are what the target
# tsan_tests builds.
#   gradd_test(shape_test SOURCES shape_test.cc DEPS gradd_spec LABELS tsan [SEPARATE])
function(gradd_test name)
  cmake_parse_arguments(ARG "SEPARATE" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  gradd_precompile(${name} tests)
  if(ARG_SEPARATE)
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  if("tsan" IN_LIST ARG_LABELS)
    add_dependencies(tsan_tests ${name})
  endif()
endfunction()
add_custom_target(tsan_tests)

# Runs a test on the CUDA device too, under the label gpu. Where there is none it says so and counts as
# skipped (tests/support/test_devices.h).
function(gradd_gpu_test name)
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)  # for the module
  if(GRADD_CUDA)
    add_test(NAME ${name}_cuda COMMAND ${name})
    if(GRADD_CUDA STREQUAL "EMULATED")
      # Two devices copy from each other; what is to be long on a GPU is not for ever.
      set(emulated ";GRADD_TEST_EMULATED=1;GRADD_EMULATED_DEVICES=2")
    endif()
    set_tests_properties(${name}_cuda PROPERTIES LABELS gpu TIMEOUT 900
      ENVIRONMENT "GRADD_TEST_DEVICE=cuda:0;GRADD_TEST_MODULE=$<TARGET_FILE:gradd_cuda>${emulated}"
      SKIP_REGULAR_EXPRESSION "all [0-9]+ tests: no device")
  endif()
endfunction()

# Runs a test of a server's sessions on the simulated device too, under the label sim: what computes
# later than it is told to finds what takes an answer for granted. EXCEPT: a filter of googletest, for
# what would only run twice. Slow where it is instrumented.
function(gradd_sim_test name)
  cmake_parse_arguments(ARG "" "EXCEPT" "" ${ARGN})
  if(NOT GRADD_SANITIZE)
    get_test_property(${name} TIMEOUT timeout)
    add_test(NAME ${name}_sim COMMAND ${name} $<$<BOOL:${ARG_EXCEPT}>:--gtest_filter=-${ARG_EXCEPT}>
             COMMAND_EXPAND_LISTS)
    set_tests_properties(${name}_sim PROPERTIES LABELS sim TIMEOUT ${timeout}
      ENVIRONMENT "GRADD_TEST_DEVICE=sim:0")
  endif()
endfunction()

# The first target of a set compiles its headers, the others of the same kind use them. Sources include
# what they need all the same: the clang compile of the thread-safety check has no such headers.
function(gradd_precompile target headers)
  get_target_property(kind ${target} TYPE)
  set(owner gradd_precompiled_${headers}_${kind})
  if(NOT TARGET ${owner})
    set(source ${CMAKE_BINARY_DIR}/generated/precompiled/${owner}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "int main() { return 0; }\n")
    if(kind STREQUAL "EXECUTABLE")
      add_executable(${owner} ${source})
    else()
      add_library(${owner} STATIC ${source})
    endif()
    target_compile_definitions(${owner} PRIVATE ${GRADD_PRECOMPILED_DEFINITIONS_${headers}})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${owner} PUBLIC -fpch-preprocess)  # ccache asks for it
    endif()
    target_precompile_headers(${owner} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/${headers}.h)
    if(NOT headers STREQUAL "core")
      add_dependencies(${owner} gradd_proto)  # for the generated messages
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()
set(GRADD_PRECOMPILED_DEFINITIONS_tests GTEST_HAS_PTHREAD=1)
