# tests of core/media
univi_add_test(media_test
  SOURCES
    media/frame_sampling_test.cpp media/image_test.cpp media/mutation_test.cpp media/preprocess_test.cpp
    media/stream_recording_test.cpp media/video_test.cpp
  LINK univi_media univi_test_support FFmpeg::FFmpeg nlohmann_json::nlohmann_json
  LABELS core)
