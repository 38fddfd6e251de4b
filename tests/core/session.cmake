# tests of core/session
# What a conversation is made of, each part on its own.
univi_add_test(session_parts_test TORCH
  SOURCES session/loaded_model_test.cpp session/media_shelf_test.cpp session/medium_encoder_test.cpp session/frame_pipeline_test.cpp
          session/medium_digest_test.cpp session/medium_store_test.cpp session/opening_store_test.cpp
          session/prompt_builder_test.cpp session/reply_decoder_test.cpp session/tensor_dump_test.cpp
  LINK univi_session univi_model univi_text univi_media univi_checkpoint univi_test_support
  LABELS core
  TIMEOUT 300)
univi_add_test(what_if_test
  SOURCES session/golden_cases.cpp session/group_choice_test.cpp session/what_if_test.cpp
  LINK univi_session univi_text univi_media univi_checkpoint univi_test_support
  TIMEOUT 300)
univi_add_test(session_test
  SOURCES session/golden_cases.cpp session/golden_conversation_test.cpp session/golden_dump_test.cpp
          session/conversation_test.cpp session/media_test.cpp session/reply_text_test.cpp session/failure_test.cpp session/generation_defaults_test.cpp
          session/group_pictures_test.cpp
  LINK univi_session univi_text univi_media univi_checkpoint univi_test_support
  TIMEOUT 600)
