#include "ui/training/runs/step_line.h"

#include <cmath>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace univi::ui {
namespace {

/// One address a name; at most `kMost` names, so that a hostile file cannot fill the
/// memory with them.
const char* intern(const std::string& name) {
    constexpr std::size_t kMost = 256, kLongest = 64;
    static std::mutex mutex;
    static std::set<std::string> names;
    const std::lock_guard lock(mutex);
    const auto found = names.find(name);
    if (found != names.end()) return found->c_str();
    if (names.size() >= kMost || name.size() > kLongest) return nullptr;
    return names.insert(name).first->c_str();
}

class StepSax : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit StepSax(StepNumbers& numbers) : numbers_(numbers) {}
    bool isStep() const { return is_step_ && numbers_.step >= 0; }

    bool null() override { return number(std::numeric_limits<double>::quiet_NaN()); }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t value) override { return number(double(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(double(value)); }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }
    bool string(string_t& text) override {
        if (depth_ == 1 && key_ == "event") is_step_ = text == "step";
        return true;
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return ++depth_ < 16; }
    bool end_object() override { return --depth_ >= 0; }
    bool start_array(std::size_t) override { return ++depth_ < 16; }
    bool end_array() override { return --depth_ >= 0; }
    bool key(string_t& name) override {
        if (depth_ == 1) key_ = name;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    bool number(double value) {
        if (depth_ != 1) return true;
        if (key_ == "step")
            numbers_.step = std::isfinite(value) ? std::int64_t(value) : -1;
        else if (key_ == "total_steps")
            numbers_.totalSteps = std::isfinite(value) ? std::int64_t(value) : 0;
        else if (key_ == "epoch")
            numbers_.epoch = value;
        else if (key_ == "eta_s")
            numbers_.etaSeconds = value;
        else if (const char* name = intern(key_))
            numbers_.curves.emplace_back(name, value);
        if (key_ == "step_s") numbers_.stepSeconds = value;
        return true;
    }
    StepNumbers& numbers_;
    std::string key_;
    int depth_ = 0;
    bool is_step_ = false;
};

}  // namespace

bool readStepLine(std::string_view line, StepNumbers& numbers) {
    numbers.step = -1;
    numbers.curves.clear();
    if (line.find("\"step\"") == std::string_view::npos) return false;
    StepSax sax(numbers);
    return nlohmann::json::sax_parse(line.begin(), line.end(), &sax) && sax.isStep() &&
           numbers.step <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace univi::ui
