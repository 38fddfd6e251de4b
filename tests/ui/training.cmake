# Plays univi-train for the tests of the Train page.
univi_add_program(univi_scripted_trainer SOURCES training/scripted_trainer.cpp LINK univi_protocol)
set_target_properties(univi_scripted_trainer PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")

univi_add_test(ui_training_test
  SOURCES training/run_files_test.cpp training/run_state_test.cpp training/run_command_test.cpp training/charts_test.cpp
          training/run_library_test.cpp training/training_page_test.cpp
  LINK univi_ui_training QCustomPlot::QCustomPlot LABELS ui QT)
target_compile_definitions(ui_training_test PRIVATE
  UNIVI_SCRIPTED_ENGINE="$<TARGET_FILE:univi_scripted_engine>" UNIVI_SCRIPTED_TRAINER="$<TARGET_FILE:univi_scripted_trainer>")
add_dependencies(ui_training_test univi_scripted_engine univi_scripted_trainer univi-thumbnail)

# The real trainer on two ranks, driven through the window.
univi_add_test(ui_training_chain_test SOURCES training/chain_test.cpp LINK univi_desktop LABELS ui TIMEOUT 900 QT OWN_MAIN)
target_compile_definitions(ui_training_chain_test PRIVATE
  UNIVI_SCRIPTED_ENGINE="" UNIVI_SCRIPTED_TRAINER="")
add_dependencies(ui_training_chain_test univi-train univi-engine)
