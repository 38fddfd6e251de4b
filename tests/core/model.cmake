# tests of core/model (the Torch part; the readers' tests are checkpoint_test)
univi_add_test(model_test TORCH
  SOURCES model/clustering_test.cpp model/linear_test.cpp model/vision_tower_test.cpp model/visual_merger_test.cpp
          model/language_model_test.cpp model/quantized_linear_test.cpp model/decode_step_test.cpp model/precision_test.cpp model/splice_test.cpp model/placement_test.cpp model/parameter_shapes_test.cpp model/generation_test.cpp model/loading_test.cpp model/model_folder_test.cpp model/rotary_test.cpp model/lora_merge_test.cpp
  LINK univi_model univi_checkpoint univi_base nlohmann_json::nlohmann_json
  LABELS core)
# A process of its own: oneDNN reads how many kernels it may keep at its first use.
univi_add_test(model_memory_test TORCH
  SOURCES model/tensor_memory_test.cpp
  LINK univi_model univi_base
  LABELS core)
