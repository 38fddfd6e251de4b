# libunivi_cuda.so: our own CUDA kernels, built where nvcc is found and opened at run time where a driver is.
# CMake's CUDA language is not used: version 3.25 does not know the language standards of CUDA 13.
include_guard()
find_program(UNIVI_NVCC nvcc HINTS /usr/local/cuda/bin ENV CUDA_HOME PATH_SUFFIXES bin)
set(_cudart "${LIBTORCH_ROOT}/nvidia/cu13/lib/libcudart.so.13")
set(_c10_cuda "${LIBTORCH_ROOT}/torch/lib/libc10_cuda.so")

function(univi_add_cuda_library name)
  cmake_parse_arguments(ARG "" "" "KERNELS;SOURCES" ${ARGN})
  if(NOT UNIVI_NVCC OR NOT EXISTS "${_c10_cuda}" OR UNIVI_SANITIZE)
    message(STATUS "CUDA: no nvcc found, our CUDA kernels are left out (everything else uses a GPU through LibTorch)")
    return()
  endif()
  get_filename_component(toolkit "${UNIVI_NVCC}" REALPATH)
  get_filename_component(toolkit "${toolkit}/../.." ABSOLUTE)
  execute_process(COMMAND "${UNIVI_NVCC}" --version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "release ([0-9.]+)" version "${version}")
  set(version "${CMAKE_MATCH_1}")
  message(STATUS "CUDA: kernels are compiled with ${UNIVI_NVCC} ${version}")
  # Code of one generation runs on its later members too (sm_80 on 86 and 89); the PTX is for what comes after.
  set(generations 75 80 90)
  if(version VERSION_LESS 13)
    list(PREPEND generations 70)
  endif()
  foreach(generation IN LISTS generations)
    list(APPEND code -gencode arch=compute_${generation},code=sm_${generation})
  endforeach()
  list(APPEND code -gencode arch=compute_90,code=compute_90)
  foreach(kernel IN LISTS ARG_KERNELS)
    get_filename_component(stem "${kernel}" NAME_WE)
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${stem}.cu.o")
    # What ptxas says of registers and spills is kept beside the object, for tests/packaging/kernel_table.py.
    string(JOIN " " command "'${UNIVI_NVCC}' -O3 -std=c++20 -Xcompiler -fPIC -Werror all-warnings -Xptxas -v"
           "-I '${CMAKE_BINARY_DIR}/include/core'" ${code} "-MD -MF '${object}.d' -c '${CMAKE_CURRENT_SOURCE_DIR}/${kernel}' -o '${object}'")
    add_custom_command(OUTPUT "${object}"
      COMMAND sh -c "{ echo 'nvcc ${version}'; ${command}; } >'${object}.txt' 2>&1 || { cat '${object}.txt'; exit 1; }"
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${kernel}" DEPFILE "${object}.d" VERBATIM
      COMMENT "Compiling CUDA kernels ${kernel}")
    list(APPEND objects "${object}")
  endforeach()
  add_library(${name} SHARED ${ARG_SOURCES} ${objects})
  target_include_directories(${name} SYSTEM PRIVATE "${toolkit}/include")
  target_link_libraries(${name} PRIVATE univi_flags LibTorch::LibTorch "${_c10_cuda}" "${_cudart}")
  univi_include_tree(${name})
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()
