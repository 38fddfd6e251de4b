#pragma once

#include <string>
#include <string_view>

namespace univi::media {

/// What a file is that people take for a picture and this program does not read, with its article:
/// "a JPEG XL picture", "a PDF document". By its first bytes alone; empty when it is none of those.
std::string foreign_format(std::string_view bytes);

/// Returns the whole rest of a sentence about such a file: what it is and the way out.
std::string foreign_advice(const std::string& format);

}  // namespace univi::media
