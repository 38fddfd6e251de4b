# What is not the CPU, on machines without a GPU: the fake device, and the model on it.
univi_add_test(device_test TORCH
  SOURCES device/cuda_driver_test.cpp device/fake_device_test.cpp device/language_test.cpp device/session_test.cpp device/split_test.cpp
  LINK univi_fake_device univi_session univi_model univi_checkpoint univi_base univi_test_support nlohmann_json::nlohmann_json
  LABELS core
  TIMEOUT 600)
add_dependencies(device_test univi_fake_libcuda)
