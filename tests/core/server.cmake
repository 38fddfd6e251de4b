# tests of core/server; the server as a whole: tests/integration/serve_test.cpp
univi_add_test(server_test
  SOURCES server/access_test.cpp server/chat_request_test.cpp server/completion_queue_test.cpp server/media_files_test.cpp
          server/stop_texts_test.cpp
  LINK univi_server univi_test_support
  LABELS core)
