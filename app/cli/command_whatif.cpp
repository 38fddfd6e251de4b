#include <array>
#include <charconv>
#include <iomanip>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/media_arguments.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/session/what_if.h"

namespace univi::cli {

namespace {

using base::Error;
using base::ErrorKind;
using base::Json;

struct WhatIfArguments {
    MediaArguments media;
    GenerationArguments generation;
    std::string prompt, stages;
    std::vector<std::string> left_out;
    session::MergeChange merge;
    std::optional<std::uint64_t> seed;
    std::optional<session::RankBy> rank;
    bool json = false;
};

/// "64,32,16" as three numbers.
std::array<double, 3> parseStages(const std::string& text) {
    std::array<double, 3> out{};
    const char *at = text.data(), *const end = text.data() + text.size();
    for (std::size_t s = 0; s < out.size(); ++s) {
        const auto [next, error] = std::from_chars(at, end, out[s]);
        const bool fine =
            error == std::errc() && (s == 2 ? next == end : next != end && *next == ',');
        if (!fine)
            throw Error(
                ErrorKind::Usage,
                "--stages takes three numbers with commas, such as 64,32,16, not " + text + ".");
        at = s == 2 ? next : next + 1;
    }
    return out;
}

void check(const WhatIfArguments& arguments) {
    const auto require = [](bool fine, const char* sentence) {
        if (!fine) throw Error(ErrorKind::Usage, sentence);
    };
    require(arguments.media.images.size() + arguments.media.videos.size() == 1,
            "whatif takes either --image or --video, one file.");
    const bool changes =
        !arguments.left_out.empty() || arguments.seed || arguments.merge != session::MergeChange();
    require(!arguments.rank || !changes,
            "--rank leaves out every group in turn: it goes without --leave-out, --stages, "
            "--temporal-rate, --k and --other-seed.");
}

/// The figures that every line has.
Json toJson(const session::VariantAnswer& answer) {
    return {{"tokens", answer.visual_tokens},
            {"visual_tokens", answer.visual_tokens},
            {"prompt_tokens", answer.prompt_tokens},
            {"log_probability", answer.log_probability},
            {"token_log_probabilities", answer.token_log_probabilities}};
}

void addReply(Json& json, const protocol::DoneEvent& done) {
    json["reply"] = done.reply;
    json["ids"] = done.ids;
    json["finish"] = protocol::to_string(done.finish);
}

/// Writes what comes, as JSON lines or for people.
class Report {
  public:
    explicit Report(bool json) : json_(json) {}

    void first(const session::VariantAnswer& answer, const std::vector<std::string>& tokens) {
        whole_ = answer.log_probability;
        if (!json_) return say("as it is", answer);
        Json line = toJson(answer);
        line["changed"] = Json::object();
        line["answer_tokens"] = tokens;
        addReply(line, answer.done);
        print(base::json_text(line) + "\n");
    }

    void variant(const Json& changed, const std::string& words,
                 const session::VariantAnswer& answer) {
        if (!json_) return say(words, answer);
        Json line = toJson(answer);
        line["changed"] = changed;
        line["fall"] = whole_ - answer.log_probability;
        addReply(line, answer.done);
        print(base::json_text(line) + "\n");
    }

    void ranked(int rank, const session::RankedPart& part, const std::string& name) {
        if (!json_) {
            std::ostringstream out;
            out << std::setw(4) << rank << "  " << std::left << std::setw(10) << name << std::fixed
                << std::setprecision(4) << part.fall << "\n";
            return print(out.str());
        }
        Json line = toJson(part.answer);
        line["rank"] = rank;
        line["changed"] = {{"left_out", part.left_out}};
        line["name"] = name;
        line["reply"] = nullptr;  // a ranking scores the first answer, and asks for no other
        line["fall"] = part.fall;
        print(base::json_text(line) + "\n");
    }

  private:
    static void say(const std::string& words, const session::VariantAnswer& answer) {
        std::ostringstream out;
        out << words << " (" << answer.visual_tokens << " visual tokens, log-probability of the "
            << "first answer " << std::fixed << std::setprecision(4) << answer.log_probability
            << "): " << answer.done.reply << "\n";
        print(out.str());
    }

    bool json_;
    double whole_ = 0;
};

/// What a variant changes, for a program and for people.
struct Changed {
    Json json = Json::object();
    std::string words;

    void add(const char* name, const Json& value, const std::string& text) {
        json[name] = value;
        words += (words.empty() ? "" : ", ") + text;
    }
};

/// Counts as counts: 16, not 16.0; shares as they are.
Json countOrShare(double value) {
    const auto whole = static_cast<std::int64_t>(value);
    return value == static_cast<double>(whole) ? Json(whole) : Json(value);
}

Changed changedBy(const session::MergeChange& merge, std::optional<std::uint64_t> seed) {
    Changed out;
    if (seed) out.add("seed", *seed, "seed " + std::to_string(*seed));
    if (merge.stages) {
        Json stages = Json::array();
        for (const double stage : *merge.stages) stages.push_back(countOrShare(stage));
        out.add("stages", stages, "stages " + stages.dump());
    }
    if (merge.temporal_rate) {
        const Json rate = countOrShare(*merge.temporal_rate);
        out.add("temporal_rate", rate, "temporal rate " + rate.dump());
    }
    if (merge.neighbors) out.add("k", *merge.neighbors, "k " + std::to_string(*merge.neighbors));
    return out;
}

class Asking {
  public:
    Asking(const SharedOptions& shared, const WhatIfArguments& arguments)
        : arguments_(arguments),
          stop_(base::stop_on_signals().get_token()),
          engine_(loadEngine(shared.engine)),
          what_if_(engine_->start_what_if(question())),
          report_(arguments.json) {}

    void run() {
        session::Observer observer;
        observer.on_media_progress = [&](const auto& event) {
            showMediaProgress(progress_, event);
        };
        observer.on_groups = [&](int, const auto& groups) { showDamage(progress_, groups); };
        const auto first = what_if_->first(observer, stop_);
        progress_.clear();
        // What cannot be done is said before anything is printed.
        const auto variants = parseVariants();
        if (arguments_.rank) what_if_->count_to_rank(*arguments_.rank);
        report_.first(first, what_if_->answer_tokens());
        for (const auto& [changed, variant] : variants)
            report_.variant(changed.json, changed.words, what_if_->ask(variant, true, stop_));
        if (arguments_.rank) rank(*arguments_.rank);
    }

  private:
    session::Question question() const {
        session::Question out;
        out.text = arguments_.prompt;
        out.options = arguments_.generation.get();
        arguments_.media.fill(out);
        return out;
    }

    std::vector<std::pair<Changed, session::Variant>> parseVariants() {
        what_if_->check_seed(arguments_.seed);
        std::vector<std::pair<Changed, session::Variant>> out;
        const Changed merge = changedBy(arguments_.merge, arguments_.seed);
        const auto layout = what_if_->layout(arguments_.merge);
        for (const std::string& groups : arguments_.left_out) {
            session::Variant variant{arguments_.merge, session::parse_groups(groups, layout),
                                     arguments_.seed};
            if (static_cast<int>(variant.left_out.size()) == layout.tokens())
                throw Error(ErrorKind::Usage,
                            "--leave-out " + groups +
                                " leaves nothing of the picture or video: leave at least one group "
                                "in, or ask without it by univi-cli chat.");
            Changed changed = merge;
            changed.add("left_out", variant.left_out, "without " + groups);
            out.emplace_back(std::move(changed), std::move(variant));
        }
        if (out.empty() && !merge.json.empty())
            out.push_back({merge, {arguments_.merge, {}, arguments_.seed}});
        return out;
    }

    void rank(session::RankBy by) {
        const auto showing = [&](int done, int count) {
            progress_.show("left out " + std::to_string(done) + "/" + std::to_string(count));
        };
        const auto parts = what_if_->rank(by, showing, stop_);
        progress_.clear();
        const auto layout = what_if_->layout();
        for (std::size_t i = 0; i < parts.size(); ++i)
            report_.ranked(static_cast<int>(i) + 1, parts[i], nameOf(by, parts[i], layout));
    }

    static std::string nameOf(session::RankBy by, const session::RankedPart& part,
                              const session::GroupLayout& layout) {
        const std::string group = layout.name_of(part.left_out.front());
        return by == session::RankBy::Groups ? group : "event:" + group.substr(0, group.find(':'));
    }

    const WhatIfArguments& arguments_;
    base::StopToken stop_;
    std::unique_ptr<session::Engine> engine_;
    std::unique_ptr<session::WhatIf> what_if_;
    Report report_;
    ProgressLine progress_;
};

void addChanges(CLI::App& app, WhatIfArguments& arguments) {
    const char* group = "What is changed";
    app.add_option("--leave-out", arguments.left_out,
                   "Visual tokens to leave out: numbers from 0 in the model's order (7, 7-12), "
                   "stage:group (2:5), of a video event:stage:group (1:2:5), whole ones (stage:2, "
                   "event:1), with commas between; given more than once: one variant each")
        ->type_name("GROUPS")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("--stages", arguments.stages,
                   "Groups of the three stages in place of the model's")
        ->type_name("A,B,C")
        ->group(group);
    app.add_option("--temporal-rate", arguments.merge.temporal_rate,
                   "Share of a video's frames that are events, or their number")
        ->type_name("X")
        ->group(group);
    app.add_option("--k", arguments.merge.neighbors, "Neighbours in the merging's density")
        ->type_name("N")
        ->group(group);
    app.add_option("--other-seed", arguments.seed, "Another seed for the replies that change")
        ->type_name("N")
        ->group(group);
    static const std::map<std::string, session::RankBy> kRanks{{"groups", session::RankBy::Groups},
                                                               {"events", session::RankBy::Events}};
    app.add_option("--rank", arguments.rank,
                   "Leave out every group (or event) in turn, and rank them by how much the "
                   "answer's log-probability falls")
        ->transform(CLI::CheckedTransformer(kRanks))
        ->type_name("groups|events")
        ->group(group);
}

}  // namespace

void addWhatIfCommand(CommandSet& commands) {
    auto* command = addSubcommand(
        commands, "whatif",
        "Asks about a picture or video with and without some of its token groups, or ranks them by "
        "what the answer loses without each");
    const auto arguments = std::make_shared<WhatIfArguments>();
    arguments->media.addTo(*command);
    addChanges(*command, *arguments);
    arguments->generation.addTemplateTo(*command);
    arguments->generation.addSamplingTo(*command);
    command->add_option("--prompt", arguments->prompt, "The question")->type_name("P")->required();
    command->add_flag("--json", arguments->json,
                      "One JSON object a variant: what was changed, reply, tokens, and the "
                      "log-probability of the first answer under its prompt");
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] {
            if (!arguments->stages.empty())
                arguments->merge.stages = parseStages(arguments->stages);
            check(*arguments);
            Asking(commands.shared, *arguments).run();
        };
    });
}

}  // namespace univi::cli
