#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace univi::protocol {

/// Reads the fields of one JSON object strictly: an absent field leaves its target as it is, a
/// field of the wrong type or out of range throws base::Error{Format} that names it
/// ("ask.options.top_k must be a whole number …"). A number that is null becomes NaN, which is how
/// JSON writers spell one.
class JsonFields {
  public:
    /// `where` is the path to the object, used in errors. The JSON must outlive the reader.
    /// Throws Error{Format} when `json` is not an object.
    JsonFields(const base::Json& json, std::string where);

    /// Returns the names of all fields that are there.
    std::vector<std::string> names() const;
    bool has(const char* name) const { return json_->contains(name); }
    /// As `read`, but an absent field is an error too.
    template <typename T>
    void require(const char* name, T& target) const {
        if (!has(name)) fail(name, "is missing");
        read(name, target);
    }

    void read(const char* name, std::string& target) const;
    void read(const char* name, bool& target) const;
    void read(const char* name, int& target) const;
    void read(const char* name, std::int64_t& target) const;
    void read(const char* name, std::uint64_t& target) const;
    void read(const char* name, double& target) const;
    void read(const char* name, std::vector<std::string>& target) const;
    void read(const char* name, std::vector<int>& target) const;
    void read(const char* name, std::vector<std::int64_t>& target) const;
    void read(const char* name, std::vector<float>& target) const;
    void read(const char* name, std::vector<double>& target) const;
    void read(const char* name, std::vector<std::vector<float>>& target) const;
    void read(const char* name, std::array<double, 4>& target) const;

    /// A path as base::put_path writes it: the field `bytes_name` counts where there is one.
    void read_path(const char* name, std::string& target,
                   const char* bytes_name = "path_bytes") const;
    /// A list of base::path_element.
    void read_paths(const char* name, std::vector<std::string>& target) const;

    /// Returns the elements of an array field as objects; empty when absent.
    std::vector<JsonFields> objects(const char* name) const;
    /// Returns an object field; nullopt when absent.
    std::optional<JsonFields> object(const char* name) const;
    /// Returns the JSON of a field and its path.
    const base::Json& at(const char* name) const;
    std::string path(const char* name) const;

    /// Throws Error{Format}: "<path to the field> <problem>."
    [[noreturn]] void fail(const char* name, const std::string& problem) const;

  private:
    const base::Json* array(const char* name) const;
    template <typename T>
    void read_whole_numbers(const char* name, std::vector<T>& target) const;

    const base::Json* json_;
    std::string where_;
};

/// Returns an array of floats in the shortest decimals that read back as the same floats.
base::Json float_array(const std::vector<float>& values);

/// One line without newline; invalid UTF-8 comes out as U+FFFD instead of throwing.
std::string dump_line(const base::Json& json);

}  // namespace univi::protocol
