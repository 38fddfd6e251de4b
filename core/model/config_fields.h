#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace univi::model {

/// Typed, range-checked access to an object of a config.json. Every refusal names file, field,
/// value and what is expected. A field that is absent or null leaves the value as it is (the class
/// default), unless it is asked for with `required`.
class ConfigFields {
  public:
    /// `prefix` stands before field names in messages, e.g. "vision_config.".
    ConfigFields(const base::Json& object, std::filesystem::path file, std::string prefix = "");

    bool has(const std::string& name) const { return find(name) != nullptr; }
    void required(const std::string& name) const;
    void read(const std::string& name, int& value, std::int64_t low, std::int64_t high) const;
    /// Finite and low < value <= high.
    void read_above(const std::string& name, double& value, double low, double high) const;
    void read(const std::string& name, bool& value) const;
    void read(const std::string& name, std::string& value) const;
    /// Text that must be one of `allowed`.
    void read_choice(const std::string& name, std::string& value,
                     const std::vector<std::string>& allowed) const;
    /// Returns the nested object of that name, if there is one.
    std::optional<ConfigFields> object(const std::string& name) const;
    const base::Json* find(const std::string& name) const;

    /// Throws Error{Model}: "<file>: <field> is <value>, expected <what>".
    [[noreturn]] void refuse(const std::string& name, const std::string& expected) const;

  private:
    const base::Json& object_;
    std::filesystem::path file_;
    std::string prefix_;
};

}  // namespace univi::model
