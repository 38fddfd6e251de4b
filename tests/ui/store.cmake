# What is kept of conversations and settings, and the chat page around it.
univi_add_test(ui_store_test
  SOURCES store/history_rescue_test.cpp store/unwritable_home_test.cpp
          store/chat_page_test.cpp store/exchange_test.cpp store/palette_test.cpp store/folders_test.cpp
  LINK univi_ui_chat univi_ui_settings LABELS ui QT)
target_compile_definitions(ui_store_test PRIVATE UNIVI_SCRIPTED_ENGINE="$<TARGET_FILE:univi_scripted_engine>")
add_dependencies(ui_store_test univi_scripted_engine univi-thumbnail)
