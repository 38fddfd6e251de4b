# tests of core/model/cuda: every kernel compiled as C++ and run on the CPU (tests/support/cuda_on_cpu) against its twin
set(_kernels distance_kernels cluster_kernels merge_kernels product_kernels layer_kernels attention_kernels)
list(TRANSFORM _kernels PREPEND "${CMAKE_SOURCE_DIR}/core/model/cuda/")
list(TRANSFORM _kernels APPEND ".cu")
set_source_files_properties(${_kernels} PROPERTIES LANGUAGE CXX)
add_library(univi_kernels_on_cpu STATIC ${_kernels})
target_link_libraries(univi_kernels_on_cpu PUBLIC univi_flags univi_cuda_on_cpu)
target_include_directories(univi_kernels_on_cpu PRIVATE "${CMAKE_SOURCE_DIR}")
# As nvcc is told to round: nothing is fused but what says so.
target_compile_options(univi_kernels_on_cpu PRIVATE -ffp-contract=off)

univi_add_test(cuda_kernels_test
  SOURCES cuda/harness_test.cpp cuda/cluster_kernels_test.cpp cuda/product_kernels_test.cpp cuda/layer_kernels_test.cpp
          cuda/attention_kernels_test.cpp
  LINK univi_kernels_on_cpu univi_kernels
  LABELS core)

# The operators around the kernels, on tensors of the CPU, and the code of core/model that calls them.
univi_add_test(cuda_ops_test TORCH
  SOURCES cuda/decode_ops_test.cpp ${CMAKE_SOURCE_DIR}/core/model/cuda/cluster_ops_cuda.cpp ${CMAKE_SOURCE_DIR}/core/model/cuda/decode_ops_cuda.cpp
  LINK univi_kernels_on_cpu univi_fake_device univi_model univi_checkpoint univi_base nlohmann_json::nlohmann_json
  LABELS core)
target_include_directories(cuda_ops_test BEFORE PRIVATE "${CMAKE_SOURCE_DIR}/tests/support/cuda_on_cpu")
target_compile_definitions(cuda_ops_test PRIVATE UNIVI_OPERATOR_KEY=CPU)
