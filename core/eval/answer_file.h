#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace univi::eval {

/// Returns the objects of a JSON-lines file, empty lines left out. A last line that is cut short
/// (the run that wrote it was killed) is left out too when `allow_cut_end`. Throws Error{File}, or
/// Error{Format} naming file and line.
std::vector<base::Json> read_json_lines(const std::filesystem::path& path,
                                        bool allow_cut_end = false);

/// One object of a file, and where it stands: "file.jsonl, line 3" or "file.json, item 3".
struct Record {
    base::Json value;
    std::string where;
};

/// Returns the objects of a file in either published form: an array, or a JSON object a line
/// (`allow_cut_end` as above). Throws Error{File}, or Error{Format} naming file and line or item.
std::vector<Record> read_records(const std::filesystem::path& path, bool allow_cut_end = false);

/// Returns the object that a JSON file holds. Throws Error{File}, or Error{Format} that names what
/// is wanted: an object of `members` ("verdicts").
base::Json read_json_object(const std::filesystem::path& path, const std::string& members);

/// Returns a string field of one record; `where` names file and line in errors. Throws
/// Error{Format} when absent or no string.
std::string string_field(const base::Json& record, const char* name, const std::string& where);

/// Returns the name of a record's picture or clip: any bytes. One that is no UTF-8 stands in
/// "path_bytes" beside the field, as base::put_path writes it.
std::string medium_field(const base::Json& record, const char* name, const std::string& where);

/// The same for a list of strings.
std::vector<std::string> strings_field(const base::Json& record, const char* name,
                                       const std::string& where);
/// Returns a field that is a whole number or a string (ids are written both ways), as it is.
base::Json id_field(const base::Json& record, const char* name, const std::string& where);

/// Returns "file.jsonl, record 3" for errors; `index` counts from 0.
std::string record_name(const std::filesystem::path& path, std::size_t index);

/// Returns the words of a text: lower-case runs of letters and digits (every byte of a character
/// beyond ASCII counts as a letter, an apostrophe inside a word belongs to it).
std::vector<std::string> words_of(std::string_view text);

}  // namespace univi::eval
