#include "training/options/options.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <utility>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/settings_file.h"
#include "training/options/option_table.h"

namespace univi::training {

namespace {

using base::Error;
using base::ErrorKind;

[[noreturn]] void fail(const std::string& sentence) {
    throw Error(ErrorKind::Usage, sentence);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

int edit_distance(std::string_view a, std::string_view b) {
    std::vector<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

/// The first of `list` with this name.
const UnusedFlag* find_flag(std::span<const UnusedFlag> list, const std::string& name) {
    for (const UnusedFlag& each : list)
        if (name == each.name) return &each;
    return nullptr;
}

/// Underscores for dashes, and the name behind another spelling.
std::string plain_name(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    for (const auto& [alias, real] : flag_aliases())
        if (name == alias) return real;
    return name;
}

const OptionRow* find_known(const std::string& name) {
    for (const OptionRow& row : option_table())
        if (name == row.name) return &row;
    return nullptr;
}

const OptionRow& find_row(const std::string& given, const std::string& where) {
    const std::string name = plain_name(given);
    if (const OptionRow* row = find_known(name)) return *row;
    std::vector<std::string> known;
    for (const OptionRow& row : option_table()) known.emplace_back(row.name);
    for (const UnusedFlag& flag : unused_flags()) known.emplace_back(flag.name);
    fail(where + " has no option " + name + "; the nearest known one is --" +
         nearest_name(name, known));
}

bool parse_bool(const std::string& text, const std::string& name) {
    const std::string value = lower(text);
    for (const char* yes : {"true", "t", "yes", "y", "1"})
        if (value == yes) return true;
    for (const char* no : {"false", "f", "no", "n", "0"})
        if (value == no) return false;
    fail("--" + name + " takes True or False, not \"" + text + "\"");
}

double parse_number(const std::string& text, const std::string& name) {
    double value = 0;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        fail("--" + name + " takes a number, not \"" + text + "\"");
    return value;
}

std::int64_t to_whole(double value, const std::string& name) {
    if (value != std::floor(value) || std::abs(value) > 9e15) {
        std::ostringstream shown;
        shown << value;
        fail("--" + name + " takes a whole number, not " + shown.str());
    }
    return static_cast<std::int64_t>(value);
}

void set_text(TrainOptions& options, const OptionRow& row, const std::string& text) {
    std::visit(
        [&](auto member) {
            using Member = decltype(member);
            if constexpr (std::is_same_v<Member, OptionRow::Named>)
                member.change(options).set(text);
            else if constexpr (std::is_same_v<Member, std::string TrainOptions::*>)
                options.*member = text;
            else if constexpr (std::is_same_v<Member, bool TrainOptions::*>)
                options.*member = parse_bool(text, row.name);
            else if constexpr (std::is_same_v<Member, double TrainOptions::*>)
                options.*member = parse_number(text, row.name);
            else
                options.*member = to_whole(parse_number(text, row.name), row.name);
        },
        row.member);
}

bool is_bool(const OptionRow& row) {
    return std::holds_alternative<bool TrainOptions::*>(row.member);
}

bool is_text(const OptionRow& row) {
    return std::holds_alternative<std::string TrainOptions::*>(row.member) ||
           std::holds_alternative<OptionRow::Named>(row.member);
}

void set_json(TrainOptions& options, const OptionRow& row, const base::Json& value,
              const std::string& where) {
    if (value.is_string()) {
        set_text(options, row, value.get<std::string>());
    } else if (value.is_object() && is_text(row) &&
               std::string_view(row.name) == "lr_scheduler_kwargs") {
        set_text(options, row, value.dump());
    } else if (value.is_boolean() && is_bool(row)) {
        options.*std::get<bool TrainOptions::*>(row.member) = value.get<bool>();
    } else if (value.is_number() && !is_text(row) && !is_bool(row)) {
        const auto number = value.get<double>();
        if (const auto* real = std::get_if<double TrainOptions::*>(&row.member))
            options.** real = number;
        else
            options.*std::get<std::int64_t TrainOptions::*>(row.member) =
                to_whole(number, row.name);
    } else if (!value.is_null()) {
        fail(where + ": " + row.name +
             " has the wrong type of value: " + value.dump().substr(0, 80));
    }
}

constexpr std::string_view kBytes = "_bytes";

/// Takes "<option>_bytes", which holds a text that is no UTF-8 as base::put_path writes it. False
/// for any other name.
bool take_bytes(TrainOptions& options, const std::string& name, const base::Json& value,
                const std::string& where) {
    if (!name.ends_with(kBytes) || find_known(name)) return false;
    const OptionRow* row = find_known(name.substr(0, name.size() - kBytes.size()));
    if (!row || !is_text(*row)) return false;
    if (!value.is_string()) fail(where + ": " + name + " must be a text in percent-encoding.");
    set_text(options, *row, base::path_from_ascii(value.get_ref<const std::string&>()));
    return true;
}

/// True when `name` is a flag without a field: noted, or refused unless its value says "off".
bool take_without_field(const std::string& name, const std::string& value) {
    if (const UnusedFlag* unused = find_flag(unused_flags(), name)) {
        base::log_info("--" + name + " has no effect here: " + unused->why + ".");
        return true;
    }
    const UnusedFlag* refused = find_flag(refused_flags(), name);
    if (!refused) return false;
    for (const char* off : {"", "false", "no", "none", "null", "0", "0.0", "0."})
        if (lower(value) == off) return true;
    fail("--" + name + " is not supported: " + refused->why + ".");
}

/// no_cuda and use_cpu say where to compute; they set `device`.
bool take_device_flag(TrainOptions& options, const std::string& name, const std::string& value) {
    if (name != "no_cuda" && name != "use_cpu") return false;
    if (parse_bool(value.empty() ? "True" : value, name)) options.device = "cpu";
    return true;
}

/// "no_shuffle" for a flag that is on by default, as Hugging Face's parser has it.
const OptionRow* find_negated(const std::string& name) {
    static const TrainOptions defaults;
    if (!name.starts_with("no_")) return nullptr;
    const OptionRow* row = find_known(name.substr(3));
    return row && is_bool(*row) && defaults.*std::get<bool TrainOptions::*>(row->member) ? row
                                                                                         : nullptr;
}

struct Argument {
    std::string name, value;
};

bool stands_alone(const std::string& name) {
    const OptionRow* row = find_known(name);
    if (row) return is_bool(*row);
    return name == "no_cuda" || name == "use_cpu" || find_negated(name) ||
           find_flag(unused_flags(), name) || find_flag(refused_flags(), name);
}

/// The word between the launcher's flags and the program's in the published commands.
bool is_script(const std::string& text) {
    return text.ends_with("/train/train_mem.py") || text.ends_with("/train/train.py");
}

/// Splits into flag and value; a boolean flag may stand alone. `config` comes out as it is.
std::vector<Argument> split_arguments(const std::vector<std::string>& arguments) {
    std::vector<Argument> result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& text = arguments[i];
        if (is_script(text)) {
            base::log_info(
                text +
                " is the script that the published commands start; this program stands in for it.");
            continue;
        }
        if (!text.starts_with("--") || text.size() < 3)
            fail("Flags begin with --; \"" + text + "\" belongs to none (see --help).");
        const auto equals = text.find('=');
        Argument argument{
            plain_name(text.substr(2, equals == std::string::npos ? equals : equals - 2)), ""};
        const bool alone = stands_alone(argument.name);
        if (!alone && argument.name != "config") find_row(argument.name, "univi-train");
        const auto is_value = [&](std::size_t k) {
            return k < arguments.size() && !arguments[k].starts_with("--");
        };
        if (equals != std::string::npos)
            argument.value = text.substr(equals + 1);
        else if (is_value(i + 1) && !find_negated(argument.name))
            argument.value = arguments[++i];
        else if (alone)
            argument.value = "True";
        else
            fail("--" + argument.name + " needs a value (see --help).");
        while (argument.name == "report_to" && is_value(i + 1))
            argument.value += "," + arguments[++i];
        result.push_back(std::move(argument));
    }
    return result;
}

/// The file of --config.
void apply_config(TrainOptions& options, const std::string& file) {
    apply_json(options, base::read_settings_file(file), file);
}

void apply_argument(TrainOptions& options, const Argument& argument) {
    if (take_device_flag(options, argument.name, argument.value)) return;
    if (const OptionRow* row = find_negated(argument.name)) return set_text(options, *row, "False");
    if (take_without_field(argument.name, argument.value)) return;
    set_text(options, find_row(argument.name, "univi-train"), argument.value);
}

}  // namespace

std::string nearest_name(const std::string& text, const std::vector<std::string>& known) {
    const std::string wanted = lower(text);
    const std::string* nearest = nullptr;
    int best = 1 << 20;
    for (const std::string& each : known) {
        // An abbreviation is nearer than any word of the same length.
        const bool begins = wanted.size() > 2 && lower(each).starts_with(wanted);
        const int distance = begins ? 1 : 2 * edit_distance(wanted, lower(each));
        if (distance < best) best = distance, nearest = &each;
    }
    return nearest ? *nearest : std::string();
}

void apply_json(TrainOptions& options, const base::Json& json, const std::string& where) {
    if (!json.is_object()) fail(where + " must hold one JSON object of options.");
    for (const auto& [name, value] : json.items()) {
        if (take_without_field(plain_name(name),
                               value.is_string() ? value.get<std::string>() : value.dump()))
            continue;
        if (name.ends_with(kBytes) && take_bytes(options, plain_name(name), value, where)) continue;
        // The bytes of a text count, wherever they stand.
        if (!json.contains(name + std::string(kBytes)))
            set_json(options, find_row(name, where), value, where);
    }
}

void apply_arguments(TrainOptions& options, const std::vector<std::string>& arguments) {
    const std::vector<Argument> pairs = split_arguments(arguments);
    for (const Argument& each : pairs)
        if (each.name == "config") apply_config(options, each.value);
    for (const Argument& each : pairs)
        if (each.name != "config") apply_argument(options, each);
}

const OptionRow* find_option(const std::string& name) {
    return find_known(plain_name(name));
}

void set_option(TrainOptions& options, const OptionRow& row, const std::string& text) {
    set_text(options, row, text);
}

std::string option_text(const TrainOptions& options, const OptionRow& row) {
    return std::visit(
        [&](auto member) -> std::string {
            using Member = decltype(member);
            if constexpr (std::is_same_v<Member, OptionRow::Named>) {
                return member.read(options).text();
            } else if constexpr (std::is_same_v<Member, std::string TrainOptions::*>) {
                return options.*member;
            } else if constexpr (std::is_same_v<Member, bool TrainOptions::*>) {
                return options.*member ? "True" : "False";
            } else {
                char text[32];
                return {text, std::to_chars(text, text + sizeof text, options.*member).ptr};
            }
        },
        row.member);
}

const std::string* option_string(const TrainOptions& options, const OptionRow& row) {
    if (const auto* named = std::get_if<OptionRow::Named>(&row.member))
        return &named->read(options).text();
    const auto* member = std::get_if<std::string TrainOptions::*>(&row.member);
    return member ? &(options.**member) : nullptr;
}

/// A text that is no UTF-8, such as a path of an old disk, stands a second time, as
/// "<name>_bytes", which apply_json() reads.
base::Json to_json(const TrainOptions& options) {
    base::Json json = base::Json::object();
    for (const OptionRow& row : option_table()) {
        std::visit(
            [&](auto member) {
                if constexpr (std::is_same_v<decltype(member), OptionRow::Named>)
                    json[row.name] = member.read(options).text();
                else
                    json[row.name] = options.*member;
            },
            row.member);
        if (const std::string* text = option_string(options, row))
            base::put_path(json, row.name, *text, row.name + std::string(kBytes));
    }
    return json;
}

std::string options_help() {
    const TrainOptions defaults;
    const base::Json values = to_json(defaults);
    std::ostringstream text;
    text << "  --config FILE\n        JSON object with any of the flags below\n";
    for (const OptionRow& row : option_table()) {
        const base::Json& value = values.at(row.name);
        text << "  --" << row.name << "\n        " << row.help;
        const char* before = ": ";
        for (const char* choice : row.choices)
            if (*choice) text << std::exchange(before, "|") << choice;
        if (value != base::Json(""))
            text << " (" << (value.is_string() ? value.get<std::string>() : value.dump()) << ")";
        text << "\n";
    }
    return text.str();
}

}  // namespace univi::training
