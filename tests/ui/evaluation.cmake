# tests of ui/evaluation; the runs use the real univi-cli
univi_add_test(ui_evaluation_test
  SOURCES evaluation/evaluation_page_test.cpp
  LINK univi_ui_evaluation LABELS ui QT)
target_compile_definitions(ui_evaluation_test PRIVATE UNIVI_SCRIPTED_ENGINE="$<TARGET_FILE:univi_scripted_engine>")
add_dependencies(ui_evaluation_test univi_scripted_engine univi-cli)
