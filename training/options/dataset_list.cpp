#include "training/options/dataset_list.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/settings_file.h"
#include "training/options/option_error.h"
#include "training/options/options.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

constexpr const char* kPaths = "paths";  // the one key of a list that is no data set

/// A list as read, and what its placeholders stand for.
struct OpenList {
    fs::path file;
    Json json;
    bool has(const std::string& name) const { return name != kPaths && json.contains(name); }
};

OpenList open_list(const fs::path& file) {
    OpenList list{file, base::read_settings_file(file)};
    if (!list.json.is_object())
        throw Error(ErrorKind::Format,
                    file.string() + " must be a JSON object: name -> list of sources.");
    return list;
}

/// Replaces ${NAME} in the paths of a list.
class Placeholders {
  public:
    Placeholders(const std::vector<OpenList>& lists, std::string data_path)
        : lists_(lists), data_path_(std::move(data_path)) {}

    std::string fill(const std::string& text, const fs::path& file) const {
        std::string result;
        std::size_t at = 0;
        for (;;) {
            const auto begin = text.find("${", at);
            const auto end = begin == text.npos ? text.npos : text.find('}', begin);
            if (end == text.npos) return result + text.substr(at);
            result +=
                text.substr(at, begin - at) + value(text.substr(begin + 2, end - begin - 2), file);
            at = end + 1;
        }
    }

  private:
    std::string value(const std::string& name, const fs::path& file) const {
        if (name == "PATH" && !data_path_.empty()) return data_path_;
        for (const OpenList& list : lists_) {
            const auto paths = list.json.find(kPaths);
            if (paths == list.json.end() || !paths->is_object() || !paths->contains(name)) continue;
            if (!paths->at(name).is_string())
                throw Error(ErrorKind::Format,
                            list.file.string() + ": \"paths\" must hold folders.");
            return (list.file.parent_path() / paths->at(name).get<std::string>()).string();
        }
        // The environment's PATH lists programs; a list of data sets never means it.
        if (const char* variable = name == "PATH" ? nullptr : std::getenv(name.c_str()))
            return variable;
        throw OptionError(name == "PATH" ? "data_path" : "datasets",
                          file.string() + " uses ${" + name + "}: say which folder that is" +
                              (name == "PATH" ? " with --data_path DIR"
                                              : " with the environment variable " + name) +
                              ", or give \"paths\": {\"" + name + "\": \"DIR\"} in the file.");
    }

    const std::vector<OpenList>& lists_;
    std::string data_path_;
};

DataSource read_source(const Json& json, const OpenList& list, const std::string& name,
                       const Placeholders& placeholders) {
    const std::string where = list.file.string() + ", data set " + name;
    DataSource source;
    if (!json.is_object() || !json.contains("chat_path"))
        throw Error(ErrorKind::Format, where + " has a source without \"chat_path\".");
    for (const auto& [key, value] : json.items()) {
        if (key == kAllowAbsoluteMedia) {
            if (!value.is_boolean())
                throw Error(ErrorKind::Format, where + ": " + key + " must be true or false.");
            source.allow_absolute_media = value.get<bool>();
            continue;
        }
        if (!value.is_string())
            throw Error(ErrorKind::Format,
                        where + ": " + key + " must be a path" +
                            (value.is_boolean() ? " (only " + std::string(kAllowAbsoluteMedia) +
                                                      " takes true or false)."
                                                : "."));
        const fs::path path =
            list.file.parent_path() / placeholders.fill(value.get<std::string>(), list.file);
        if (key == "chat_path")
            source.chat_path = path;
        else
            source.folders.push_back(path);
    }
    return source;
}

/// The parts of "A+B"; a whole name with '+' in it is one part when a list knows it.
std::vector<std::string> split_names(const std::string& use, const std::vector<OpenList>& lists) {
    for (const OpenList& list : lists)
        if (list.has(use)) return {use};
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= use.size();) {
        const auto end = std::min(use.find('+', begin), use.size());
        if (end > begin) names.push_back(use.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

std::vector<OpenList> open_lists(const DatasetList& where) {
    std::vector<OpenList> lists;
    std::error_code error;
    if (!where.file.empty()) {
        if (!fs::exists(where.file, error))
            throw OptionError("datasets", "The list of data sets " + where.file.string() +
                                              " is missing: give one with --datasets FILE.");
        return {open_list(where.file)};
    }
    if (fs::exists("datasets.json", error)) lists.push_back(open_list("datasets.json"));
    if (!where.published.empty() && fs::exists(where.published, error))
        lists.push_back(open_list(where.published));
    if (lists.empty())
        throw OptionError(
            "datasets",
            "There is no datasets.json here: give a list of data sets with --datasets FILE.");
    return lists;
}

[[noreturn]] void fail_unknown(const std::string& option, const std::string& name,
                               const std::vector<OpenList>& lists) {
    std::string text;
    std::vector<std::string> known;
    for (const OpenList& list : lists) {
        std::string names;
        for (const auto& [each, unused] : list.json.items()) {
            if (each == kPaths) continue;
            names += (names.empty() ? "" : ", ") + each;
            known.push_back(each);
        }
        text += (text.empty() ? "" : ", nor in ") + list.file.string() +
                ", which has: " + (names.empty() ? "none" : names);
    }
    throw OptionError(
        option, "--" + option + " " + name + " is not in " + text +
                    (known.empty() ? "." : "; did you mean " + nearest_name(name, known) + "?"));
}

}  // namespace

std::vector<DataSource> find_sources(const DatasetList& where, const std::string& use) {
    if (use.find_first_not_of('+') == std::string::npos)
        throw OptionError(where.option,
                          "--" + where.option + " is missing: the name of a data set.");
    const std::vector<OpenList> lists = open_lists(where);
    const Placeholders placeholders(lists, where.data_path);
    std::vector<DataSource> sources;
    for (const std::string& name : split_names(use, lists)) {
        const auto list = std::find_if(lists.begin(), lists.end(),
                                       [&](const OpenList& each) { return each.has(name); });
        if (list == lists.end()) fail_unknown(where.option, name, lists);
        const Json& found = list->json.at(name);
        if (!found.is_array()) {
            sources.push_back(read_source(found, *list, name, placeholders));
            continue;
        }
        for (const Json& each : found)
            sources.push_back(read_source(each, *list, name, placeholders));
    }
    return sources;
}

}  // namespace univi::training
