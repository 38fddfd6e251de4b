# The demo model's scenes, questions, files and tower.
univi_add_test(demo_test TORCH
  SOURCES demo/scene_test.cpp demo/question_test.cpp demo/scene_files_test.cpp demo/tower_test.cpp demo/arrange_test.cpp demo/base_model_test.cpp
          demo/samples_test.cpp
  LINK univi_demo univi_model univi_media univi_text
  TIMEOUT 300 LABELS training)
