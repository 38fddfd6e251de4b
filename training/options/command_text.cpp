#include "training/options/command_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "core/base/error.h"
#include "training/options/option_table.h"
#include "training/options/shell_words.h"

namespace univi::training {

namespace {

using Words = std::vector<std::string>;
constexpr long kMostProcesses = 1024;

std::string base_name(const std::string& word) {
    return std::filesystem::path(word).filename().string();
}

bool is_script(const std::string& word) {
    return word.ends_with(".py");
}

/// The kind of program a word starts; "" when it is none that trains.
std::string program_of(const std::string& word) {
    const std::string name = base_name(word);
    for (const char* known : {"deepspeed", "torchrun", "univi-train"})
        if (name == known) return known;
    return name.starts_with("python") ? "python" : "";
}

std::string lower_name(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

/// "0,1,…,n-1" behind "localhost:".
std::string first_devices(long count) {
    std::string text = "localhost:";
    for (long i = 0; i < count; ++i) text += (i ? "," : "") + std::to_string(i);
    return text;
}

class CommandReader {
  public:
    ReadCommand read(const std::string& text) {
        const ShellText shell = read_shell(text);
        if (shell.is_open) problem("A quote is opened and not closed.");
        const Words* words = choose(shell.commands);
        if (!words) {
            problem(
                "There is no command here: paste a line that begins with deepspeed, torchrun or "
                "univi-train.");
            return std::move(result_);
        }
        for (const auto& [name, value] : shell.variables) take_environment(name, value);
        take_command(*words);
        place_visible_devices();
        return std::move(result_);
    }

  private:
    void problem(const std::string& sentence) { result_.problems.push_back(sentence); }
    void note(const std::string& sentence) { result_.notes.push_back(sentence); }

    /// The first command that starts a training program, else the first with flags.
    static const Words* choose(const std::vector<Words>& commands) {
        const auto has = [&](auto test) {
            return std::find_if(commands.begin(), commands.end(), [&](const Words& words) {
                return std::any_of(words.begin(), words.end(), test);
            });
        };
        auto found = has([](const std::string& word) { return !program_of(word).empty(); });
        if (found == commands.end())
            found = has([](const std::string& word) { return word.starts_with("--"); });
        return found == commands.end() ? nullptr : &*found;
    }

    void take_environment(const std::string& name, const std::string& value) {
        if (name == "CUDA_VISIBLE_DEVICES")
            visible_ = value;
        else if (name == "MASTER_PORT")
            take_flag({"--master_port", value});
    }

    void take_command(const Words& words) {
        std::size_t at = 0;
        for (; at < words.size() && program_of(words[at]).empty() && !words[at].starts_with("--");
             ++at) {
            if (!is_assignment(words[at])) continue;  // nohup, env, sudo
            const auto equals = words[at].find('=');
            take_environment(words[at].substr(0, equals), words[at].substr(equals + 1));
            if (words[at].substr(0, equals) != "CUDA_VISIBLE_DEVICES")
                note(words[at] +
                     " belongs to the environment: set it before the window is started.");
        }
        if (at < words.size() && !program_of(words[at]).empty())
            result_.program = program_of(words[at++]);
        Words rest(words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size())),
                   words.end());
        if (result_.program == "python") skip_python_module(rest);
        if (result_.program != "univi-train") take_launcher_part(rest);
        take_segments(rest, false);
    }

    /// python [-m] torch.distributed.run|launch behaves as torchrun.
    void skip_python_module(Words& rest) {
        if (rest.size() > 1 && rest[0] == "-m") {
            if (rest[1].starts_with("torch.distributed.")) result_.program = "torchrun";
            rest.erase(rest.begin(), rest.begin() + 2);
        } else if (!rest.empty() && rest[0] == "-u") {
            rest.erase(rest.begin());
        }
    }

    /// Flags of deepspeed and torchrun stand before the script, or before univi-train.
    void take_launcher_part(Words& rest) {
        const auto program = std::find_if(rest.begin(), rest.end(), [](const std::string& word) {
            return !word.starts_with("--") &&
                   (is_script(word) || program_of(word) == "univi-train");
        });
        if (program == rest.end()) return;
        const std::string script = *program;
        take_segments(Words(rest.begin(), program), true);
        rest.erase(rest.begin(), program + 1);
        const std::string name = base_name(script);
        if (is_script(script) && name != "train_mem.py" && name != "train.py")
            note(script + " is another program: its flags are read as univi-train's.");
    }

    /// A flag and the words up to the next flag.
    void take_segments(const Words& words, bool of_launcher) {
        for (std::size_t begin = 0; begin < words.size();) {
            std::size_t end = begin + 1;
            while (end < words.size() && !words[end].starts_with("--")) ++end;
            const Words segment(words.begin() + static_cast<std::ptrdiff_t>(begin),
                                words.begin() + static_cast<std::ptrdiff_t>(end));
            if (!of_launcher || !take_launcher_flag(segment)) take_flag(segment);
            begin = end;
        }
    }

    static std::string flag_name(const Words& segment) {
        const std::string& word = segment[0];
        return word.starts_with("--") ? lower_name(word.substr(2, word.find('=') - 2)) : "";
    }

    static std::string flag_value(const Words& segment) {
        const auto equals = segment[0].find('=');
        if (equals != std::string::npos) return segment[0].substr(equals + 1);
        std::string value;
        for (std::size_t i = 1; i < segment.size(); ++i) value += (i > 1 ? "," : "") + segment[i];
        return value;
    }

    /// True when the flag is the launcher's alone.
    bool take_launcher_flag(const Words& segment) {
        const std::string name = flag_name(segment), value = flag_value(segment);
        if (name == "nproc_per_node" || name == "num_gpus")
            return take_processes(name, value), true;
        if (name == "nnodes" || name == "num_nodes") {
            if (value != "1" && value != "1:1")
                problem("--" + name + " " + value +
                        ": the window starts runs on this machine only.");
            return true;
        }
        if (name.starts_with("rdzv_") || name == "node_rank" || name == "master_addr" ||
            name == "hostfile")
            return note("--" + name + " " + value + " is left out: the run stays on this machine."),
                   true;
        for (const char* idle : {"standalone", "no_python", "module", "max_restarts",
                                 "no_local_rank", "use_env", "tee", "log_dir"})
            if (name == idle) return true;
        return false;
    }

    void take_processes(const std::string& name, const std::string& value) {
        long count = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
        if (error != std::errc() || end != value.data() + value.size() || count < 1 ||
            count > kMostProcesses)
            return problem("--" + name + " " + value +
                           " gives no number of processes: choose the devices below.");
        take_flag({"--include", first_devices(count)});
        note("--" + name + " " + value + " became --include " + first_devices(count) + ".");
        counted_ = count;
    }

    void take_flag(const Words& segment) {
        try {
            apply_arguments(result_.options, segment);
        } catch (const base::Error& error) {
            return problem(error.what());
        }
        const std::string name = flag_name(segment);
        const bool alone = segment.size() == 1 && segment[0].find('=') == std::string::npos;
        if (name == "config")
            return note("The settings of " + flag_value(segment) + " were put in.");
        if (name == "no_cuda" || name == "use_cpu") return remember("device");
        if (const OptionRow* row = find_option(name))
            return remember(row->name, alone ? "True" : flag_value(segment));
        const OptionRow* negated = name.starts_with("no_") ? find_option(name.substr(3)) : nullptr;
        if (negated) return remember(negated->name);
        result_.kept.insert(result_.kept.end(), segment.begin(), segment.end());
    }

    void remember(const std::string& name) {
        remember(name, option_text(result_.options, *find_option(name)));
    }
    void remember(const std::string& name, const std::string& text) {
        std::erase_if(result_.flags, [&](const GivenFlag& each) { return each.name == name; });
        result_.flags.push_back({name, text});
    }

    /// CUDA_VISIBLE_DEVICES=2,3 says which GPUs the numbers from 0 mean.
    void place_visible_devices() {
        if (visible_.empty()) return;
        const bool plain = std::all_of(visible_.begin(), visible_.end(),
                                       [](unsigned char c) { return std::isdigit(c) || c == ','; });
        if (!plain || (!result_.options.include.empty() && counted_ == 0))
            return note("CUDA_VISIBLE_DEVICES=" + visible_ +
                        " is left out: choose the devices below.");
        std::string list = visible_;
        long commas = 0;
        for (std::size_t i = 0; i < list.size() && counted_ > 0; ++i)
            if (list[i] == ',' && ++commas == counted_) list.resize(i);
        take_flag({"--include", "localhost:" + list});
        note("CUDA_VISIBLE_DEVICES=" + visible_ + " became --include localhost:" + list + ".");
    }

    ReadCommand result_;
    std::string visible_;  ///< CUDA_VISIBLE_DEVICES
    long counted_ = 0;     ///< processes a launcher's flag asked for
};

void add_flag(std::vector<std::string>& arguments, const std::string& name,
              const std::string& text) {
    if (text.starts_with("--")) {
        arguments.push_back("--" + name + "=" + text);
    } else {
        arguments.push_back("--" + name);
        arguments.push_back(text);
    }
}

/// The given spelling when it still means the present value.
std::string spelled(const TrainOptions& options, const OptionRow& row, const std::string& given) {
    const std::string now = option_text(options, row);
    TrainOptions read;
    try {
        set_option(read, row, given);
    } catch (const base::Error&) {
        return now;
    }
    return option_text(read, row) == now ? given : now;
}

}  // namespace

ReadCommand read_command(const std::string& text) {
    return CommandReader().read(text);
}

std::vector<std::string> make_arguments(const TrainOptions& options,
                                        const std::vector<GivenFlag>& given,
                                        const std::vector<std::string>& kept) {
    std::vector<std::string> arguments;
    for (const GivenFlag& flag : given)
        if (const OptionRow* row = find_option(flag.name))
            add_flag(arguments, row->name, spelled(options, *row, flag.text));
    const TrainOptions defaults;
    for (const OptionRow& row : option_table()) {
        const bool is_given = std::any_of(given.begin(), given.end(), [&](const GivenFlag& flag) {
            return flag.name == row.name;
        });
        if (!is_given && option_text(options, row) != option_text(defaults, row))
            add_flag(arguments, row.name, option_text(options, row));
    }
    arguments.insert(arguments.end(), kept.begin(), kept.end());
    return arguments;
}

std::string shell_word(const std::string& word) {
    const auto is_plain = [](unsigned char c) {
        return std::isalnum(c) ||
               std::string_view("_-./:,=+@%").find(char(c)) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace univi::training
