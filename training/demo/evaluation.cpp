#include "training/demo/evaluation.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/eval/pope.h"
#include "core/eval/videoqa.h"
#include "core/session/engine.h"
#include "training/demo/question.h"

namespace univi::training::demo {
namespace {

using base::Json;

enum class Form { Own, Pope, VideoQa };

/// One question of any of the three forms.
struct Item {
    std::string medium, question, answer;  ///< medium: file name in the media folder
    Category category = Category::YesNo;
    std::set<std::string> expect;
    bool is_video = false;
};

Form form_of(const std::filesystem::path& file, const Json& json) {
    if (file.extension() == ".jsonl") return Form::Pope;
    return json.is_array() && !json.empty() && json[0].contains("video_name") ? Form::VideoQa
                                                                              : Form::Own;
}

std::string text_of(const Json& item, const char* key, const std::filesystem::path& file) {
    const auto found = item.find(key);
    if (found == item.end() || !found->is_string())
        throw base::Error(base::ErrorKind::Format,
                          "A question in " + file.string() + " has no text \"" + key + "\".");
    return found->get<std::string>();
}

std::vector<Item> own_items(const Json& json, const std::filesystem::path& file) {
    std::vector<Item> out;
    for (const Json& entry : json) {
        const bool is_video = entry.contains("video");
        Item item{text_of(entry, is_video ? "video" : "image", file),
                  text_of(entry, "question", file),
                  text_of(entry, "answer", file),
                  category_from(text_of(entry, "category", file)),
                  {},
                  is_video};
        for (const Json& word : entry.value("expect", Json::array()))
            item.expect.insert(word.get<std::string>());
        out.push_back(std::move(item));
    }
    return out;
}

std::vector<Item> pope_items(const std::filesystem::path& file) {
    std::vector<Item> out;
    for (const auto& question : eval::read_pope_questions(file))
        out.push_back({question.image,
                       question.text,
                       question.is_yes ? "yes" : "no",
                       Category::YesNo,
                       {question.is_yes ? "yes" : "no"},
                       false});
    return out;
}

std::vector<Item> videoqa_items(const std::filesystem::path& file) {
    std::vector<Item> out;
    for (const auto& question : eval::read_videoqa_questions(file))
        out.push_back({question.video_name + ".mp4",
                       question.question,
                       question.answer,
                       Category::Order,
                       {question.answer},
                       true});
    return out;
}

/// Keeps one conversation a medium, so that each is encoded once; every question starts from
/// an empty history.
class Asker {
  public:
    Asker(const EvaluationOptions& options, const base::StopToken& stop) : stop_(stop) {
        session::EngineOptions engine;
        engine.model = options.model.string();
        engine.device = "cpu", engine.dtype = "fp32", engine.threads = options.threads;
        engine.reads_as_reference = true;
        engine_ = session::Engine::load(engine, {}, stop);
    }

    std::string ask(const std::filesystem::path& medium, const std::string& text) {
        if (medium != medium_) conversation_ = engine_->start_conversation(), medium_ = medium;
        conversation_->set_history({});
        session::Question question;
        question.media = {medium.string()};
        question.text = text;
        question.options.conv = engine_->info().default_template;
        question.options.temperature = 0;
        question.options.max_new_tokens = 64;
        return conversation_->ask(question, {}, stop_).reply;
    }

  private:
    base::StopToken stop_;
    std::unique_ptr<session::Engine> engine_;
    std::unique_ptr<session::Conversation> conversation_;
    std::filesystem::path medium_;
};

std::string line_of(const Item& item, const std::string& reply, bool right) {
    return Json{{"medium", item.medium},
                {"question", item.question},
                {"answer", item.answer},
                {"reply", reply},
                {"category", to_string(item.category)},
                {"right", right}}
               .dump() +
           "\n";
}

std::vector<Item> read_items(Form form, const EvaluationOptions& options, const Json& json) {
    std::vector<Item> items = form == Form::Pope      ? pope_items(options.questions)
                              : form == Form::VideoQa ? videoqa_items(options.questions)
                                                      : own_items(json, options.questions);
    if (options.limit > 0 && items.size() > std::size_t(options.limit))
        items.resize(std::size_t(options.limit));
    return items;
}

bool is_right_reply(Form form, const Item& item, const std::string& reply) {
    if (form == Form::Pope) return eval::pope_reply_is_yes(reply) == item.expect.contains("yes");
    if (form == Form::VideoQa) return eval::reply_contains_answer(reply, item.answer);
    return is_right({item.category, item.question, item.answer, item.expect}, reply);
}

/// The row of the table that a question counts in.
std::string row_of(Form form, const Item& item) {
    if (form == Form::Pope) return "pope";
    if (form == Form::VideoQa) return "videoqa";
    return std::string(item.is_video ? "clip " : "picture ") +
           std::string(to_string(item.category));
}

}  // namespace

Evaluation evaluate_model(const EvaluationOptions& options, const base::StopToken& stop) {
    const Json json = options.questions.extension() == ".jsonl"
                          ? Json()
                          : base::read_json_file(options.questions);
    const Form form = form_of(options.questions, json);
    const std::vector<Item> items = read_items(form, options, json);
    const auto media =
        options.media.empty() ? options.questions.parent_path() / "media" : options.media;
    Asker asker(options, stop);
    Evaluation out;
    std::vector<eval::PopeAnswer> pope;
    std::vector<eval::VideoQaAnswer> videoqa;
    std::string lines;
    for (std::size_t i = 0; i < items.size(); ++i) {
        base::throw_if_stopped(stop, "evaluating");
        const Item& item = items[i];
        const std::string reply = asker.ask(media / item.medium, item.question);
        const bool right = is_right_reply(form, item, reply);
        pope.push_back({reply, item.expect.contains("yes")});
        videoqa.push_back({reply, item.answer});
        Tally& tally = out.categories[row_of(form, item)];
        tally.right += right, ++tally.total;
        lines += line_of(item, reply, right);
        if ((i + 1) % 200 == 0)
            base::log_info("evaluate: " + std::to_string(i + 1) + " of " +
                           std::to_string(items.size()));
    }
    if (form == Form::Pope) out.metrics = eval::to_json(eval::score_pope(pope));
    if (form == Form::VideoQa) out.metrics = eval::to_json(eval::score_videoqa(videoqa));
    if (!options.answers.empty()) base::write_file_atomically(options.answers, lines);
    return out;
}

std::string to_table(const Evaluation& evaluation) {
    std::string out = "category              right   of      %\n";
    for (const auto& [name, tally] : evaluation.categories) {
        char line[120];
        std::snprintf(line, sizeof line, "%-20s %6lld %5lld  %5.1f\n", name.c_str(),
                      static_cast<long long>(tally.right), static_cast<long long>(tally.total),
                      tally.total ? 100.0 * double(tally.right) / double(tally.total) : 0.0);
        out += line;
    }
    if (!evaluation.metrics.is_null()) out += evaluation.metrics.dump() + "\n";
    return out;
}

Json to_json(const Evaluation& evaluation) {
    Json out = {{"categories", Json::object()}};
    for (const auto& [name, tally] : evaluation.categories)
        out["categories"][name] = {
            {"right", tally.right},
            {"total", tally.total},
            {"accuracy", tally.total ? double(tally.right) / double(tally.total) : 0.0}};
    if (!evaluation.metrics.is_null()) out["metrics"] = evaluation.metrics;
    return out;
}

}  // namespace univi::training::demo
