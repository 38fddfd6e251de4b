#include "training/demo/scene_files.h"

#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "training/demo/clip.h"
#include "training/demo/kinds.h"
#include "training/demo/picture_writer.h"
#include "training/demo/question.h"
#include "training/demo/scene.h"

namespace univi::training::demo {
namespace {

using base::Json;
using Media = SceneFileOptions::Media;
using Questions = SceneFileOptions::Questions;

/// Makes the media and gathers their questions, one scene at a time.
class SceneFiles {
  public:
    explicit SceneFiles(const SceneFileOptions& options)
        : options_(options), stamps_(options.stamps) {
        if (options.questions == Questions::Pope && options.media == Media::Clips)
            throw base::Error(
                base::ErrorKind::Usage,
                "POPE asks about pictures; use --kind pictures or --questions videoqa.");
        if (options.questions == Questions::VideoQa && options.media == Media::Pictures)
            throw base::Error(base::ErrorKind::Usage,
                              "VideoQA asks about clips; use --kind clips or --questions pope.");
        std::filesystem::create_directories(options.folder / "media");
    }

    void make(int index) {
        Random random = Random::of(options_.seed, std::uint64_t(index));
        char stem[16];
        std::snprintf(stem, sizeof stem, "%06d", index);
        if (options_.media == Media::Pictures)
            picture(stem, random);
        else
            clip(stem, random);
    }

    void finish() const {
        switch (options_.questions) {
            case Questions::Train:
                finish_training();
                break;
            case Questions::Pope:
                for (const auto& [name, lines] : pope_)
                    base::write_file_atomically(options_.folder / ("pope_" + name + ".jsonl"),
                                                lines);
                break;
            case Questions::VideoQa:
                write("videoqa.json", videoqa_);
                break;
            case Questions::Eval:
                write("eval.json", eval_);
                break;
        }
    }

  private:
    void picture(const std::string& stem, Random& random) {
        const Scene scene = random_scene(random, stamps_);
        const std::string file = stem + ".jpg";
        const auto path = options_.folder / "media" / file;
        if (!std::filesystem::exists(path)) write_jpeg(path, render(scene, stamps_, options_.side));
        if (options_.questions == Questions::Pope)
            pope(file, scene, random);
        else if (options_.questions == Questions::Train)
            teach("image", file, scene, picture_questions, random);
        else
            record("image", file, picture_questions(scene, random), random);
    }

    void clip(const std::string& stem, Random& random) {
        const Clip clip = random_clip(random, stamps_);
        const std::string file = stem + ".mp4";
        const auto path = options_.folder / "media" / file;
        if (!std::filesystem::exists(path)) {
            const auto half_written = options_.folder / "media" / (stem + ".part");
            write_clip(half_written, clip, stamps_, {.side = options_.side});
            std::filesystem::rename(half_written, path);
        }
        if (options_.questions == Questions::VideoQa)
            videoqa(stem, clip_questions(clip, random));
        else if (options_.questions == Questions::Train)
            teach("video", file, clip, clip_questions, random);
        else
            record("video", file, clip_questions(clip, random), random);
    }

    void record(const char* key, const std::string& file, std::vector<QuestionAnswer> all,
                Random& random) {
        for (const QuestionAnswer& question :
             pick_questions(std::move(all), options_.pairs, random))
            eval_.push_back({{"id", eval_.size()},
                             {key, file},
                             {"question", question.question},
                             {"answer", question.answer},
                             {"category", to_string(question.category)},
                             {"expect", question.expect}});
    }

    template <typename Facts, typename Interview>
    void teach(const char* key, const std::string& file, const Facts& facts, Interview interview,
               Random& random) {
        for (int round = 0; round < options_.rounds; ++round) {
            const std::vector<QuestionAnswer> all = interview(facts, random);
            const auto caption = std::find_if(all.begin(), all.end(), [](const auto& q) {
                return q.category == Category::Caption;
            });
            if (round == 0) captions_.push_back(conversation(key, file, {*caption}));
            train_.push_back(
                conversation(key, file, pick_conversation(all, options_.pairs, random)));
        }
    }

    Json conversation(const std::string& key, const std::string& file,
                      const std::vector<QuestionAnswer>& questions) const {
        Json turns = Json::array();
        for (const QuestionAnswer& question : questions) {
            const std::string slot = turns.empty() ? "<" + key + ">\n" : "";
            turns.push_back({{"from", "human"}, {"value", slot + question.question}});
            turns.push_back({{"from", "gpt"}, {"value", question.answer}});
        }
        return {{"id", file.substr(0, 6)}, {key, file}, {"conversations", turns}};
    }

    /// Three things that are there and three that are not, as POPE does: random, often seen
    /// elsewhere, or easily mistaken.
    void pope(const std::string& file, const Scene& scene, Random& random) {
        std::vector<int> present;
        for (const Group& group : group_objects(scene.objects)) present.push_back(group.kind);
        const std::set<int> there(present.begin(), present.end());
        const int rounds = std::min<int>(3, int(present.size()));
        for (const char* name : {"random", "popular", "adversarial"}) {
            std::set<int> taken = there;
            for (int i = 0; i < rounds; ++i) {
                pope_line(name, file, is_there(present[std::size_t(i)], true, " in the image"));
                const int absent = pope_negative(name, there, taken, random);
                taken.insert(absent);
                pope_line(name, file, is_there(absent, false, " in the image"));
            }
        }
        for (const int kind : present) ++seen_[kind];
    }

    int pope_negative(std::string_view name, const std::set<int>& there, const std::set<int>& taken,
                      Random& random) const {
        if (name == "adversarial") {
            for (int attempt = 0; attempt < 20; ++attempt)
                if (const int kind = absent_kind(random, there, true); !taken.contains(kind))
                    return kind;
        }
        if (name == "popular") {
            int best = -1;
            for (const auto& [kind, times] : seen_)
                if (!taken.contains(kind) && (best < 0 || times > seen_.at(best))) best = kind;
            if (best >= 0) return best;
        }
        int kind = 0;
        do kind = random.integer(0, int(kinds().size()) - 1);
        while (taken.contains(kind));
        return kind;
    }

    void pope_line(const std::string& name, const std::string& file,
                   const QuestionAnswer& question) {
        const int id = ++pope_count_[name];
        pope_[name] += nlohmann::ordered_json{{"question_id", id},
                                              {"image", file},
                                              {"text", question.question},
                                              {"label", *question.expect.begin()}}
                           .dump() +
                       "\n";
    }

    void videoqa(const std::string& stem, const std::vector<QuestionAnswer>& questions) {
        for (const QuestionAnswer& question : questions) {
            if (question.category != Category::Order && question.category != Category::Direction)
                continue;
            if (question.expect.size() != 1) continue;
            videoqa_.push_back({{"question", question.question},
                                {"video_name", stem},
                                {"answer", *question.expect.begin()}});
        }
    }

    void finish_training() const {
        write("train.json", train_);
        write("captions.json", captions_);
        write("datasets.json",
              {{"scenes", {{{"chat_path", "train.json"}, {"media", "media"}}}},
               {"captions", {{{"chat_path", "captions.json"}, {"media", "media"}}}}});
    }

    void write(const char* name, const Json& json) const {
        base::write_file_atomically(options_.folder / name, json.dump(1) + "\n");
    }

    const SceneFileOptions& options_;
    StampLibrary stamps_;
    Json train_ = Json::array(), captions_ = Json::array(), eval_ = Json::array(),
         videoqa_ = Json::array();
    std::map<std::string, std::string> pope_;
    std::map<std::string, int> pope_count_;
    std::map<int, int> seen_;  ///< kind -> pictures that showed it so far
};

}  // namespace

void write_scene_files(const SceneFileOptions& options, const base::StopToken& stop) {
    SceneFiles files(options);
    for (int i = 0; i < options.count; ++i) {
        base::throw_if_stopped(stop, "making scenes");
        files.make(i);
        if ((i + 1) % 500 == 0)
            base::log_info("scenes: " + std::to_string(i + 1) + " of " +
                           std::to_string(options.count));
    }
    files.finish();
}

}  // namespace univi::training::demo
