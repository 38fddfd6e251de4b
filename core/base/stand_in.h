#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace univi::base {

/// Refuses what often lies in a downloaded folder in place of a file: nothing at all, a Git LFS
/// pointer, a web page or a server's message saved under the file's name. `bytes` are the file's
/// first ones (all of a small file's), `expected` completes "expected …" ("weights").
/// Throws Error{Format} saying what the file is and the way out; returns for anything else.
void refuse_stand_in(const std::filesystem::path& path, std::string_view bytes,
                     const std::string& expected);

}  // namespace univi::base
