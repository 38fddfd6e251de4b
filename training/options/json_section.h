#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace univi::training {

/// A value of a settings file as a message shows it: 3, "auto", [0.9,0.95].
std::string shown_value(const base::Json& value);
std::string shown_value(double value);

/// What a settings file says that is not followed. Every key is named once.
struct SectionNotes {
    std::vector<std::string> warnings;   ///< sentences on keys that are not known
    std::vector<std::string> idle_keys;  ///< full names of known keys that have no effect here
};

/// One object of a settings file whose values may be "auto". It remembers which keys were asked
/// for, so that the others can be named. Throws Error{Format} with file and key for a value of the
/// wrong type or out of range, Error{Usage} for one that contradicts a flag.
class JsonSection {
  public:
    /// `json` null: the file does not have the object. `notes` outlives the section.
    JsonSection(const base::Json* json, std::string path, std::filesystem::path file,
                SectionNotes& notes);

    /// The value of a key; null when the key is absent or null.
    const base::Json* find(const std::string& key);
    bool is_auto(const std::string& key);
    JsonSection section(const std::string& key);
    bool exists() const { return json_ != nullptr; }

    /// A number in [low, high]; `automatic` for "auto", `absent` without the key.
    double number(const std::string& key, double absent, double automatic, double low = 0,
                  double high = kMost);
    std::int64_t count(const std::string& key, std::int64_t absent, std::int64_t automatic,
                       std::int64_t low = 0);
    bool flag(const std::string& key, bool absent, bool automatic);
    /// One of `known`; `automatic` without the key or for "auto".
    std::string choice(const std::string& key, const std::string& automatic,
                       const std::vector<std::string>& known);

    /// Refuses a number of the file that is not the flag's. "auto" and an absent key agree.
    void must_equal(const std::string& key, const std::string& flag, double value);
    /// Refuses the file's value because a flag says another one.
    [[noreturn]] void contradict(const std::string& key, const std::string& flag,
                                 const std::string& value);
    [[noreturn]] void fail_value(const std::string& key, const base::Json& value,
                                 const std::string& wanted) const;

    /// Notes those of `keys` that the file has: they are known and change nothing here.
    void note_idle(std::initializer_list<const char*> keys);
    /// Warns of each key that nothing asked for; once all keys have been.
    void name_unknown() const;

    const std::filesystem::path& file() const { return file_; }
    std::string full(const std::string& key) const;
    static constexpr double kMost = 1e15;

  private:
    const base::Json* json_;
    std::string path_;
    std::filesystem::path file_;
    SectionNotes* notes_;
    std::set<std::string> seen_;
};

}  // namespace univi::training
