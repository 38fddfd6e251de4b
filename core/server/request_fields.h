#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/base/json.h"

namespace univi::server {

/// The fields of a JSON object of a request. null counts as not given, as in OpenAI's API. What is
/// of another type or outside its range is an ApiError that names the field.
class RequestFields {
  public:
    /// `object` must outlive it.
    explicit RequestFields(const base::Json& object, std::string path = {})
        : object_(object), path_(std::move(path)) {}

    /// Returns the value; nullptr when it is absent or null.
    const base::Json* find(const char* name) const;
    std::optional<bool> flag(const char* name) const;
    std::optional<std::string> text(const char* name) const;
    std::optional<double> number(const char* name, double lowest, double highest) const;
    std::optional<std::int64_t> integer(const char* name, std::int64_t lowest,
                                        std::int64_t highest) const;
    /// Throws ApiError{400}: "`name` …".
    [[noreturn]] void refuse(const std::string& name, const std::string& what) const;

  private:
    const base::Json& object_;
    std::string path_;
};

}  // namespace univi::server
