#pragma once

#include <string>

namespace univi::hub {

/// A model repository of a hub, as a person names it.
struct Repository {
    std::string id;        ///< "owner/name", or "name" for the oldest ones
    std::string revision;  ///< branch, tag or commit; empty: not said
    std::string file;      ///< where the address of one file was given; else empty
};

/// Reads "owner/name" or the address of a repository, its tree or one of its files at `endpoint`,
/// huggingface.co or hf.co. Throws Error{Usage}.
Repository parse_repository(const std::string& text, const std::string& endpoint);

/// Returns the folder's name in the hub's cache: "models--owner--name".
std::string cache_name(const std::string& id);

/// Returns true for a revision that can stand in an address and in a path.
bool is_revision(const std::string& text);
/// Returns true for a path that stays inside the folder it is put in.
bool is_inner_path(const std::string& path);

/// Percent-encodes all but letters, digits, "-._~", and "/" where it may stay.
std::string encoded(const std::string& text, bool keep_slashes);

}  // namespace univi::hub
