# Heif::Heif: libheif, which reads HEIC (by libde265) and AVIF (by dav1d or libaom).
find_package(PkgConfig QUIET)
pkg_check_modules(Heif IMPORTED_TARGET GLOBAL libheif)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Heif REQUIRED_VARS Heif_LINK_LIBRARIES VERSION_VAR Heif_VERSION)
if(Heif_FOUND AND NOT TARGET Heif::Heif)
  add_library(Heif::Heif ALIAS PkgConfig::Heif)
endif()
