#include <algorithm>

#include "training/demo/clip.h"
#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

std::string phrase(const Actor& actor) {
    return describe_group({actor.object.kind, 1, actor.object.colour});
}
std::string name_of(const Actor& actor) {
    return std::string(kinds()[std::size_t(actor.object.kind)].name);
}

/// Collects the questions of one clip.
class ClipInterviewer {
  public:
    ClipInterviewer(const Clip& clip, Random& random) : clip_(clip), random_(random) {
        for (const Actor& actor : clip.actors) present_.insert(actor.object.kind);
    }

    std::vector<QuestionAnswer> ask() {
        caption();
        yes_no();
        switch (clip_.story) {
            case Clip::Story::Move:
                movement();
                break;
            case Clip::Story::Order:
                order();
                break;
            case Clip::Story::Appear:
                appearance();
                break;
            case Clip::Story::Leave:
                departure();
                break;
            case Clip::Story::Still:
                break;
        }
        does_move();
        return std::move(out_);
    }

  private:
    void add(Category category, std::string question, std::string answer,
             std::set<std::string> expect) {
        out_.push_back({category, std::move(question), std::move(answer), std::move(expect)});
    }

    std::vector<SceneObject> everything() const {
        std::vector<SceneObject> out;
        for (const Actor& actor : clip_.actors) out.push_back(actor.object);
        return out;
    }

    std::string story() const {
        const auto& actors = clip_.actors;
        switch (clip_.story) {
            case Clip::Story::Order: {
                std::string text = "First there is " + phrase(actors[0]);
                for (std::size_t i = 1; i < actors.size(); ++i)
                    text += ", then " + phrase(actors[i]);
                return text + ".";
            }
            case Clip::Story::Appear:
                return "First there is " + phrase(actors[0]) + ", then " + phrase(actors[1]) +
                       " appears.";
            case Clip::Story::Leave:
                return "First there is " + describe_objects(everything()) + ", then the " +
                       name_of(actors[1]) + " goes away.";
            case Clip::Story::Move: {
                std::string text = "The " + name_of(actors[0]) + " moves " + way(actors[0]) + ".";
                if (actors.size() > 1) text += " There is also " + phrase(actors[1]) + ".";
                return text;
            }
            case Clip::Story::Still:
                break;
        }
        return there_is(everything());
    }

    static std::string way(const Actor& actor) {
        const std::string direction = direction_of(actor);
        return direction == "left" || direction == "right" ? "to the " + direction : direction;
    }

    void caption() {
        const auto all = everything();
        add(Category::Caption,
            random_.pick({"What happens in this video?", "Describe the video.",
                          "What happens in the clip?", "What happens here?"}),
            story(), kind_names(all));
        add(Category::What,
            random_.pick({"What is in this video?", "What can you see in the video?",
                          "What things are in the clip?", "What do you see?"}),
            there_is(all), kind_names(all));
    }

    void yes_no() {
        for (const int kind : present_) {
            const std::string ending =
                random_.pick({" in the video", " in the clip", " in this video", ""});
            out_.push_back(is_there(kind, true, ending));
            out_.push_back(is_there(absent_kind(random_, present_), false, ending));
        }
    }

    void does_move() {
        for (const Actor& actor : clip_.actors) {
            if (clip_.story != Clip::Story::Move && clip_.story != Clip::Story::Still) continue;
            const std::string name = name_of(actor);
            add(Category::YesNo,
                random_.pick({"Does the " + name + " move?", "Is the " + name + " moving?"}),
                actor.moves ? "Yes, the " + name + " moves."
                            : "No, the " + name + " does not move.",
                {actor.moves ? "yes" : "no"});
        }
    }

    void movement() {
        const Actor& mover = clip_.actors.front();
        const std::string name = name_of(mover),
                          answer = "The " + name + " moves " + way(mover) + ".";
        for (int i = 0; i < 2; ++i)
            add(Category::Direction,
                random_.pick({"Which way does the " + name + " move?",
                              "In which direction does the " + name + " move?",
                              "Where does the " + name + " go?",
                              "Which way does the " + name + " go?",
                              "Where is the " + name + " moving?"}),
                answer, {direction_of(mover)});
        add(Category::What, "What moves?", answer, {name});
        add(Category::What, random_.pick({"What happens first?", "What happens?"}), answer, {name});
    }

    void order() {
        const auto& actors = clip_.actors;
        add(Category::Order,
            random_.pick({"What happens first?", "What comes first?", "What is shown first?",
                          "What do you see first?", "What is there at the beginning?"}),
            "First there is " + phrase(actors.front()) + ".", {name_of(actors.front())});
        add(Category::Order,
            random_.pick({"What happens last?", "What comes last?", "What is shown last?",
                          "What is there at the end?", "What do you see at the end?"}),
            "At the end there is " + phrase(actors.back()) + ".", {name_of(actors.back())});
        for (std::size_t i = 1; i < actors.size(); ++i)
            add(Category::Order,
                random_.pick({"What comes after the " + name_of(actors[i - 1]) + "?",
                              "What appears after the " + name_of(actors[i - 1]) + "?",
                              "What do you see after the " + name_of(actors[i - 1]) + "?"}),
                "Then there is " + phrase(actors[i]) + ".", {name_of(actors[i])});
    }

    void appearance() {
        const auto& actors = clip_.actors;
        add(Category::Order,
            random_.pick({"What happens first?", "What is there at the beginning?",
                          "What do you see first?"}),
            "First there is " + phrase(actors[0]) + ".", {name_of(actors[0])});
        add(Category::Order,
            random_.pick({"What appears?", "What comes in later?", "What appears later?"}),
            with_capital(phrase(actors[1])) + " appears.", {name_of(actors[1])});
        add(Category::Order,
            random_.pick({"What is there at the end?", "What do you see at the end?"}),
            "At the end there is " + describe_objects(everything()) + ".",
            kind_names(everything()));
    }

    void departure() {
        const auto& actors = clip_.actors;
        add(Category::Order,
            random_.pick({"What happens first?", "What is there at the beginning?",
                          "What do you see first?"}),
            "First there is " + describe_objects(everything()) + ".", kind_names(everything()));
        add(Category::Order, random_.pick({"What goes away?", "What disappears?", "What leaves?"}),
            "The " + name_of(actors[1]) + " goes away.", {name_of(actors[1])});
        add(Category::Order,
            random_.pick({"What is there at the end?", "What do you see at the end?"}),
            "At the end there is " + phrase(actors[0]) + ".", {name_of(actors[0])});
    }

    static std::string with_capital(std::string text) {
        text[0] = char(text[0] - 'a' + 'A');
        return text;
    }

    const Clip& clip_;
    Random& random_;
    std::set<int> present_;
    std::vector<QuestionAnswer> out_;
};

}  // namespace

std::vector<QuestionAnswer> clip_questions(const Clip& clip, Random& random) {
    return ClipInterviewer(clip, random).ask();
}

}  // namespace univi::training::demo
