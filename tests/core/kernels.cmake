# tests of core/kernels: every instruction set this machine has against the plain twin
univi_add_test(kernels_test
  SOURCES kernels/row_products_test.cpp kernels/int8_product_test.cpp kernels/int8_tiles_test.cpp kernels/vector_ops_test.cpp kernels/worker_threads_test.cpp kernels/packing_test.cpp
          kernels/cluster_loops_test.cpp
  LINK univi_kernels
  LABELS core)
# As core/kernels has it for the sources that include these loops.
set_source_files_properties(kernels/int8_tiles_test.cpp PROPERTIES COMPILE_OPTIONS "-Wno-uninitialized;-Wno-maybe-uninitialized")
