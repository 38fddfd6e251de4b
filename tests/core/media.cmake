# tests of core/media
univi_add_test(media_test
  SOURCES
    media/damaged_video_test.cpp media/display_colours_test.cpp media/foreign_format_test.cpp
    media/frame_sampling_test.cpp media/heif_picture_test.cpp media/image_test.cpp media/mutation_test.cpp
    media/picture_orientation_test.cpp media/preprocess_test.cpp media/stream_recording_test.cpp media/tagged_pictures.cpp
    media/transparency_test.cpp media/video_rotation_test.cpp media/video_test.cpp
  LINK univi_media univi_test_support FFmpeg::FFmpeg Heif::Heif PictureLibraries::PictureLibraries ZLIB::ZLIB
       nlohmann_json::nlohmann_json
  LABELS core)
univi_add_test(camera_test
  SOURCES media/camera_test.cpp media/live_camera_test.cpp media/live_stream_test.cpp media/pipewire_reader_test.cpp media/shared_picture_test.cpp
  LINK univi_camera univi_test_support univi_test_screen FFmpeg::FFmpeg
  LABELS core)
