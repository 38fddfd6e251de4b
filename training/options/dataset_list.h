#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace univi::training {

/// One source of a data set: its chat_path, a JSON list or JSON Lines, and the folders in which its
/// pictures and videos are looked for, in order.
struct DataSource {
    std::filesystem::path chat_path;
    std::vector<std::filesystem::path> folders;
    bool allow_absolute_media = false;  ///< its items may name media by absolute paths
};

/// The key of a source that lets its items name media by absolute paths; true or false.
inline constexpr const char* kAllowAbsoluteMedia = "allow_absolute_media";

/// Where the names of data sets are looked up.
struct DatasetList {
    /// --datasets; empty: ./datasets.json when there, then the published names
    std::filesystem::path file;
    std::filesystem::path published;  ///< the list that comes with the program; empty: none
    std::string data_path;  ///< what ${PATH} stands for; empty: what "paths" of the list says
    std::string option = "dataset_use";  ///< the option that names the data sets, for sentences
};

/// Returns the sources of `use`: one name, or several joined with '+'. A list is a JSON object from
/// names to a source or a list of sources, each {"chat_path": …, "<name>": folder, …,
/// "allow_absolute_media": true}; relative paths are relative to the list. ${NAME} in a path stands
/// for `data_path` (NAME = PATH), an entry of the list's object "paths", or an environment variable
/// other than PATH. Throws OptionError for a name or folder that is missing, Error{File|Format} for
/// a list that cannot be read.
std::vector<DataSource> find_sources(const DatasetList& list, const std::string& use);

}  // namespace univi::training
