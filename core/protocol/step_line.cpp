#include "core/protocol/step_line.h"

#include <cmath>
#include <limits>
#include <mutex>
#include <set>
#include <unordered_map>

#include "core/protocol/train_fields.h"

namespace univi::protocol::train {
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

/// Where a number of this name goes.
struct Slot {
    const char* name;
    std::variant<double*, std::int64_t*, std::optional<double>*> target;
    bool has_curve;
};

/// Gathers the slots of a StepEvent from the list of its fields.
class SlotTable {
  public:
    explicit SlotTable(StepEvent& step) { fields(*this, step); }
    template <typename T>
    void operator()(const char* name, T& target) {
        slots_[name] = {name, &target, false};
    }
    template <typename T>
    void required(const char* name, T& target) {
        (*this)(name, target);
    }
    template <typename T>
    void sparse(const char* name, T& target) {
        figure(name, target);
    }
    template <typename T>
    void figure(const char* name, T& target) {
        slots_[name] = {name, &target, true};
    }
    const Slot* find(std::string_view name) const {
        const auto found = slots_.find(name);
        return found == slots_.end() ? nullptr : &found->second;
    }

  private:
    std::unordered_map<std::string_view, Slot> slots_;
};

void put(double& target, double number) {
    target = number;
}
void put(std::optional<double>& target, double number) {
    target = number;
}
void put(std::int64_t& target, double number) {
    constexpr double kMost = 9e18;
    target = std::abs(number) < kMost ? static_cast<std::int64_t>(number) : -1;
}

}  // namespace

class StepLineReader::Sax : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Sax(StepLineReader& reader) : reader_(reader), slots_(reader.step_) {}
    void begin() { depth_ = 0, is_step_ = false; }
    bool is_step() const { return is_step_; }

    bool null() override { return number(std::numeric_limits<double>::quiet_NaN()); }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }
    bool string(string_t& text) override {
        if (depth_ == 1 && key_ == "event") is_step_ = text == kMessageName<StepEvent>;
        return true;
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return ++depth_ < kDeepest; }
    bool end_object() override { return --depth_ >= 0; }
    bool start_array(std::size_t) override { return ++depth_ < kDeepest; }
    bool end_array() override { return --depth_ >= 0; }
    bool key(string_t& name) override {
        if (depth_ == 1) key_ = name;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    static constexpr int kDeepest = 16;

    bool number(double value) {
        if (depth_ != 1) return true;
        const Slot* slot = slots_.find(key_);
        if (slot) std::visit([value](auto* target) { put(*target, value); }, slot->target);
        if (slot && !slot->has_curve) return true;
        if (const char* name = slot ? slot->name : intern(key_))
            reader_.figures_.emplace_back(name, value);
        return true;
    }

    StepLineReader& reader_;
    SlotTable slots_;
    std::string key_;
    int depth_ = 0;
    bool is_step_ = false;
};

StepLineReader::StepLineReader() : sax_(std::make_unique<Sax>(*this)) {}

StepLineReader::~StepLineReader() = default;

bool StepLineReader::read(std::string_view line) {
    step_ = {};
    step_.step = -1;
    figures_.clear();
    if (line.find("\"step\"") == std::string_view::npos) return false;
    sax_->begin();
    return nlohmann::json::sax_parse(line.begin(), line.end(), sax_.get()) && sax_->is_step() &&
           step_.step >= 0 && step_.step <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace univi::protocol::train
