# PictureLibraries::PictureLibraries: libpng, libtiff and the animation decoder of libwebp, for what OpenCV leaves out of
# a picture (colours that are transparent, alpha beside gray, the canvas of an animation).
find_package(PkgConfig QUIET)
pkg_check_modules(PictureLibraries IMPORTED_TARGET GLOBAL libpng libtiff-4 libwebpdemux)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PictureLibraries REQUIRED_VARS PictureLibraries_LINK_LIBRARIES)
if(PictureLibraries_FOUND AND NOT TARGET PictureLibraries::PictureLibraries)
  add_library(PictureLibraries::PictureLibraries ALIAS PkgConfig::PictureLibraries)
endif()
