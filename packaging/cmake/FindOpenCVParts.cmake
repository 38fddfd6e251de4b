# The three OpenCV libraries the project uses. Debian's OpenCVConfig.cmake comes only with libopencv-dev, which pulls in
# every module of OpenCV; the -dev packages of the parts are a tenth of that.
find_path(OpenCVParts_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
set(_opencv_vars OpenCVParts_INCLUDE_DIR)
foreach(part core imgproc imgcodecs)
  find_library(OpenCVParts_${part}_LIBRARY opencv_${part})
  list(APPEND _opencv_vars OpenCVParts_${part}_LIBRARY)
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVParts REQUIRED_VARS ${_opencv_vars})
if(OpenCVParts_FOUND AND NOT TARGET OpenCVParts::OpenCV)
  add_library(OpenCVParts::OpenCV INTERFACE IMPORTED)
  target_include_directories(OpenCVParts::OpenCV SYSTEM INTERFACE "${OpenCVParts_INCLUDE_DIR}")
  target_link_libraries(OpenCVParts::OpenCV INTERFACE
    "${OpenCVParts_imgcodecs_LIBRARY}" "${OpenCVParts_imgproc_LIBRARY}" "${OpenCVParts_core_LIBRARY}")
endif()
