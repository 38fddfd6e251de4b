# NVIDIA's management library, played by one of the same calls.
add_library(univi_fake_nvml MODULE training_setup/fake_nvml.cpp)
set_target_properties(univi_fake_nvml PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")

# Setting a run up: commands, presets, checks; devices and data with the real univi-train.
univi_add_test(ui_training_setup_test
  SOURCES training_setup/command_text_test.cpp training_setup/preset_test.cpp
          training_setup/checks_test.cpp training_setup/devices_test.cpp training_setup/data_test.cpp
          training_setup/page_test.cpp training_setup/page_problems_test.cpp training_setup/page_layout_test.cpp
  LINK univi_ui_training_setup LABELS ui QT)
target_compile_definitions(ui_training_setup_test PRIVATE UNIVI_FAKE_NVML="$<TARGET_FILE:univi_fake_nvml>")
add_dependencies(ui_training_setup_test univi_fake_nvml univi-train)
