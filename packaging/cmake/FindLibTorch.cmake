# LibTorch taken from the unpacked PyPI wheel in .deps/libtorch (packaging/build puts it there).
# The wheel's own CMake package insists on a CUDA toolkit; this module links torch_cpu and c10 only.
set(LIBTORCH_ROOT "${CMAKE_SOURCE_DIR}/.deps/libtorch" CACHE PATH "Folder that holds torch/ and nvidia/ of the wheels")
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h PATHS "${LIBTORCH_ROOT}/torch/include" NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu PATHS "${LIBTORCH_ROOT}/torch/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 PATHS "${LIBTORCH_ROOT}/torch/lib" NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run packaging/build once: it fetches the LibTorch wheel into .deps/libtorch")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}"
    "${LIBTORCH_ROOT}/torch/lib/libgomp.so.1")  # the wheel's OpenMP: one runtime in the process, not two
  # libtorch_cpu needs libcudart and libcupti of the two small CUDA wheels; its own RPATH finds them at run time, the
  # static linker has to be told.
  target_link_options(LibTorch::LibTorch INTERFACE
    "-Wl,-rpath-link,${LIBTORCH_ROOT}/nvidia/cu13/lib:${LIBTORCH_ROOT}/torch/lib")
  # The wheel carries its own OpenMP runtime; using its headers' flags keeps at::parallel_for inline code consistent.
  target_compile_options(LibTorch::LibTorch INTERFACE -fopenmp)
endif()
