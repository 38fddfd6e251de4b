#pragma once

#include <string>

namespace univi::server {

/// A picture or video of a message, as a client names it.
struct MediaPart {
    enum class Kind { Picture, Video };
    Kind kind = Kind::Picture;
    std::string address;  ///< data:…;base64,…, file:///… or an absolute path
};

}  // namespace univi::server
