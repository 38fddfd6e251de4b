#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/file_descriptor.h"

namespace univi::eval {

/// Opens a file of lines that grows for appending (made when missing) and locks it against other
/// processes until it is closed. A rename that put another file in its place meanwhile is noticed.
/// Throws Error{File}.
base::FileDescriptor open_locked(const std::filesystem::path& path);

/// Appends to a locked file and syncs it. On failure (a full disk) nothing of it
/// stays. Throws Error{File}.
void append_synced(const base::FileDescriptor& file, const std::filesystem::path& path,
                   std::string_view bytes);

/// Makes the file when missing, removes a last JSON line that was cut short and ends one that only
/// lacks its newline. Throws Error{File}, Error{Format} for a file that holds an array.
void repair_last_line(const std::filesystem::path& path);

}  // namespace univi::eval
