# tests of core/base and of the checkpoint readers, which are free of LibTorch
univi_add_test(base_test
  SOURCES base/base_test.cpp base/file_test.cpp base/zip_test.cpp base/json_text_test.cpp
          base/temporary_folder_test.cpp base/resident_memory_test.cpp base/cores_test.cpp base/child_process_test.cpp base/exception_text_test.cpp
          base/byte_size_test.cpp base/sampling_options_test.cpp base/clip_range_test.cpp base/trace_test.cpp base/media_cache_test.cpp
  LINK univi_base ZLIB::ZLIB)

univi_add_test(checkpoint_test
  SOURCES checkpoint/golden_test.cpp checkpoint/round_trip_test.cpp checkpoint/hostile_test.cpp checkpoint/download_test.cpp
          checkpoint/mutation_test.cpp checkpoint/model_config_test.cpp checkpoint/adapter_folder_test.cpp checkpoint/allocation_meter.cpp
  LINK univi_checkpoint univi_base nlohmann_json::nlohmann_json ZLIB::ZLIB)
