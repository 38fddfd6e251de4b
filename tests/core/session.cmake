# tests of core/session
univi_add_test(loaded_model_test TORCH
  SOURCES session/loaded_model_test.cpp
  LINK univi_session univi_model univi_text univi_media
  LABELS core)
univi_add_test(session_test
  SOURCES session/golden_cases.cpp session/golden_conversation_test.cpp session/golden_dump_test.cpp
          session/conversation_test.cpp session/media_test.cpp session/reply_text_test.cpp session/failure_test.cpp session/generation_defaults_test.cpp
          session/group_pictures_test.cpp
  LINK univi_session univi_text univi_media univi_checkpoint univi_test_support
  TIMEOUT 600)
