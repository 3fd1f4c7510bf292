# The CUDA module's compiler and flags. GRADD_CUDA is ON or OFF after this.
if(GRADD_CUDA STREQUAL "AUTO")
  include(CheckLanguage)
  check_language(CUDA)
  set(GRADD_CUDA OFF)
  if(CMAKE_CUDA_COMPILER)
    set(GRADD_CUDA ON)
  endif()
endif()
if(GRADD_CUDA)
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
