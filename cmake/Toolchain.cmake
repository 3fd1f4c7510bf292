# Compiler settings for all of our code.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# -O2 with assertions: tests run at the speed that users see, and still check what they can.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache wants to be told where headers are precompiled; and that a clone in another folder is
  # the same program, so that what one has compiled serves the next.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_ABSSTDERR=1 ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# nvcc has flags of its own (Cuda.cmake).
macro(gradd_cxx_options)
  foreach(option ${ARGN})
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:${option}>)
  endforeach()
endmacro()
gradd_cxx_options(-Wall -Wextra -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12's flow analysis sees faults inside absl and libstdc++ where there are none, the more so in
  # precompiled headers. The sanitizer builds look for real ones.
  gradd_cxx_options(-Wno-maybe-uninitialized -Wno-uninitialized -Wno-array-bounds
                    -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
endif()
# Everywhere, as some libraries ask for it and precompiled headers must agree on it.
gradd_cxx_options(-pthread)
# The same numbers whatever the compiler would like to fuse: fma is written where it is meant.
gradd_cxx_options(-ffp-contract=off)
include_directories(${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)

if(GRADD_SANITIZE)
  # -O1: instrumented code takes long to optimise and is slow all the same.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  add_compile_options(-fsanitize=${GRADD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GRADD_SANITIZE})
endif()
