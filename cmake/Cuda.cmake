# The CUDA module's compiler and flags, and GRADD_CUDA_LIBRARIES that it is linked with, those that it
# loads itself in GRADD_CUDA_LIBRARY_DIR. GRADD_CUDA is ON, OFF or EMULATED after this.
if(GRADD_CUDA STREQUAL "AUTO")
  include(CheckLanguage)
  check_language(CUDA)
  set(GRADD_CUDA OFF)
  if(CMAKE_CUDA_COMPILER)
    set(GRADD_CUDA ON)
  endif()
endif()
if(GRADD_CUDA STREQUAL "EMULATED")
  # Kernels for the processor (tests/cuda_emulation). Of the toolkit only headers are used.
  find_package(CUDAToolkit REQUIRED)
  set(GRADD_CUDA_LIBRARIES gradd_cuda_emulation)
  set(GRADD_CUDA_LIBRARY_DIR ${CMAKE_BINARY_DIR}/tests/cuda_emulation)
  add_subdirectory(tests/cuda_emulation)
elseif(GRADD_CUDA)
  set(GRADD_CUDA_ARCHITECTURES "80-real;90-real;100" CACHE STRING
      "What kernels are compiled for: N-real has code for that architecture only, N its PTX too")
  set(CMAKE_CUDA_ARCHITECTURES ${GRADD_CUDA_ARCHITECTURES})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
  enable_language(CUDA)
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # nvcc 12 and later know it, CMake 3.25 does not
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  find_package(CUDAToolkit REQUIRED)
  set(GRADD_CUDA_LIBRARIES CUDA::cudart_static ${CMAKE_DL_LIBS})
  set(GRADD_CUDA_LIBRARY_DIR ${CUDAToolkit_LIBRARY_DIR})
  # Assertions as in the C++ of the same build; lines for compute-sanitizer.
  set(CMAKE_CUDA_FLAGS_RELWITHDEBINFO "-O2 -lineinfo")
  # The same numbers as the CPU's: no products and sums fused but where fma is written. Formulas are
  # constexpr, which is all that device code needs to know of them.
  # 2810: it takes the assignment of a nodiscard class for a call whose result is lost.
  add_compile_options("$<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;--expt-relaxed-constexpr>"
    "$<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings;--diag-suppress=2810>"
    # Of the default's 40 MB for one architecture 5 are left.
    "$<$<COMPILE_LANGUAGE:CUDA>:--compress-mode=size>"
    "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Werror,-Wno-missing-field-initializers,-pthread>")
endif()

# For a target whose sources, .cu files among them, are to be compiled for an emulated device.
function(gradd_emulate_cuda target)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cu$")
  # kernel-address: a call before each access of memory, and nothing else of a sanitizer.
  set(options -O1 -include cuda_runtime.h -Wno-unknown-pragmas -Wno-sign-compare -Wno-unused-parameter
      -fsanitize=kernel-address --param=asan-instrumentation-with-call-threshold=0
      --param=asan-stack=0 --param=asan-globals=0)
  set_source_files_properties(${sources} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "${options}")
  add_dependencies(${target} gradd_emulated_cublas_lt)
endfunction()
