#include "training/engine/deepspeed_log.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/protocol/train_protocol.h"

namespace univi::training {

using base::Json;
using protocol::train::Event;

namespace {

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// 1.5, nan, None, True, 'text'; a number in quotes stays a number, as newer versions print them.
Json python_value(std::string_view text) {
    const bool is_quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') &&
                           text.back() == text.front();
    const std::string_view bare = is_quoted ? text.substr(1, text.size() - 2) : text;
    if (bare == "nan" || bare == "inf" || bare == "-inf" || bare == "None") return nullptr;
    if (bare == "True" || bare == "False") return bare == "True";
    double number = 0;
    const auto [end, error] = std::from_chars(bare.data(), bare.data() + bare.size(), number);
    if (error == std::errc() && end == bare.data() + bare.size() && !bare.empty()) return number;
    return std::string(bare);
}

/// End of the value that begins at `at`: the comma or brace behind it, outside quotes.
std::size_t value_end(std::string_view text, std::size_t at) {
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == ',' || c == '}') {
            break;
        }
    }
    return at;
}

double number_of(const Json& values, const char* key) {
    const auto found = values.find(key);
    return found != values.end() && found->is_number() ? found->get<double>()
                                                       : std::numeric_limits<double>::quiet_NaN();
}

/// "ValueError: …" or "torch.cuda.OutOfMemoryError: …" at the head of a line.
bool is_python_error(std::string_view line) {
    const auto colon = line.find(": ");
    if (colon == line.npos) return false;
    const std::string_view name = line.substr(0, colon);
    const bool is_name =
        name.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._") == name.npos;
    return is_name && (name.ends_with("Error") || name.ends_with("Exception"));
}

}  // namespace

std::optional<Json> parse_python_dictionary(std::string_view line) {
    const auto begin = line.find('{');
    if (begin == line.npos || begin + 1 >= line.size() ||
        (line[begin + 1] != '\'' && line[begin + 1] != '"'))
        return std::nullopt;
    Json values = Json::object();
    std::size_t at = begin + 1;
    for (;;) {
        const char quote = at < line.size() ? line[at] : 0;
        if (quote != '\'' && quote != '"') return std::nullopt;
        const auto close = line.find(quote, at + 1);
        if (close == line.npos || close + 1 >= line.size() || line[close + 1] != ':')
            return std::nullopt;
        const std::size_t end = value_end(line, close + 2);
        if (end == line.size()) return std::nullopt;
        values[std::string(line.substr(at + 1, close - at - 1))] =
            python_value(trim(line.substr(close + 2, end - close - 2)));
        if (line[end] == '}') return values;
        at = line.find_first_not_of(' ', end + 1);
        if (at == line.npos) return std::nullopt;
    }
}

DeepSpeedLog::DeepSpeedLog(const TrainOptions& options, std::int64_t ranks)
    : logging_steps_(std::max<std::int64_t>(1, options.logging_steps)),
      samples_a_step_(options.per_device_train_batch_size * options.gradient_accumulation_steps *
                      ranks),
      max_steps_(options.max_steps),
      logs_first_step_(options.logging_first_step) {
    if (max_steps_ > 0) total_steps_ = max_steps_;
}

std::vector<Event> DeepSpeedLog::feed(std::string_view line, double now_s) {
    std::vector<Event> events;
    for (std::size_t begin = 0; begin <= line.size();) {
        const auto end = std::min(line.find('\r', begin), line.size());
        if (auto event = read_line(line.substr(begin, end - begin), now_s))
            events.push_back(std::move(*event));
        begin = end + 1;
    }
    return events;
}

/// tqdm's bar: "  5%|▌         | 12/240 [00:31<09:24,  2.47s/it]".
void DeepSpeedLog::read_progress(std::string_view line) {
    const auto bar = line.rfind("| ");
    const auto bracket = bar == line.npos ? line.npos : line.find(" [", bar);
    if (bracket == line.npos) return;
    const std::string_view counts = line.substr(bar + 2, bracket - bar - 2);
    const auto slash = counts.find('/');
    if (slash == counts.npos) return;
    std::int64_t done = 0, total = 0;
    const auto good = [](std::string_view text, std::int64_t& value) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size();
    };
    if (!good(counts.substr(0, slash), done) || !good(counts.substr(slash + 1), total) ||
        total <= 0 || done > total)
        return;
    // Evaluation and loading draw bars too: the run's own is the first that counts to the steps,
    // and never runs back.
    if (total_steps_ == 0) total_steps_ = total;
    if (total == total_steps_) seen_step_ = std::max(seen_step_, done);
}

std::optional<Event> DeepSpeedLog::read_line(std::string_view line, double now_s) {
    read_progress(line);
    if (is_python_error(trim(line))) error_ = std::string(trim(line).substr(0, 400));
    if (const auto values = parse_python_dictionary(line)) return read_values(*values, now_s);
    constexpr std::string_view kSaving = "Saving model checkpoint to ";
    const auto saving = line.find(kSaving);
    if (saving == line.npos) return std::nullopt;
    const std::string_view path = trim(line.substr(saving + kSaving.size()));
    const auto name = path.substr(path.rfind('/') + 1);
    if (!name.starts_with("checkpoint-")) return std::nullopt;
    return protocol::train::CheckpointEvent{std::string(name), last_step()};
}

std::optional<Event> DeepSpeedLog::read_values(const Json& values, double now_s) {
    if (values.contains("train_runtime"))
        return protocol::train::DoneEvent{last_step(), number_of(values, "train_runtime")};
    if (values.contains("eval_loss"))
        return protocol::train::EvaluationEvent{last_step(), number_of(values, "eval_loss"),
                                                number_of(values, "epoch")};
    if (!values.contains("loss") || !values.contains("learning_rate")) return std::nullopt;
    return step_event(values, now_s);
}

/// The trainer logs after every `logging_steps` steps; its bar may lag behind, or be ahead
/// after a resume.
std::int64_t DeepSpeedLog::next_logged_step() const {
    if (logs_first_step_ && step_ == 0 && seen_step_ <= 1) return 1;
    const std::int64_t least = std::max(step_ + 1, seen_step_);
    return (least + logging_steps_ - 1) / logging_steps_ * logging_steps_;
}

protocol::train::StepEvent DeepSpeedLog::step_event(const Json& values, double now_s) {
    const std::int64_t before = step_;
    step_ = next_logged_step();
    protocol::train::StepEvent step;
    step.step = step_;
    step.total_steps = std::max(total_steps_, step_);
    step.epoch = number_of(values, "epoch");
    step.loss = number_of(values, "loss");
    step.learning_rate = number_of(values, "learning_rate");
    step.grad_norm = number_of(values, "grad_norm");
    if (told_s_ >= 0 && now_s > told_s_ && step_ > before) {
        step.step_s = (now_s - told_s_) / static_cast<double>(step_ - before);
        step.samples_per_s = static_cast<double>(samples_a_step_) / step.step_s;
        step.eta_s = step.step_s * static_cast<double>(step.total_steps - step_);
    }
    told_s_ = now_s;
    return step;
}

}  // namespace univi::training
