#include <algorithm>
#include <cmath>

#include "training/demo/kinds.h"
#include "training/demo/question.h"

namespace univi::training::demo {
namespace {

std::string name_of(int kind) {
    return std::string(kinds()[std::size_t(kind)].name);
}
std::string colour_of(int colour) {
    return std::string(colours()[std::size_t(colour)].name);
}

/// Collects the questions of one picture.
class PictureInterviewer {
  public:
    PictureInterviewer(const Scene& scene, Random& random)
        : objects_(scene.objects), groups_(group_objects(scene.objects)), random_(random) {
        for (const SceneObject& object : objects_) present_.insert(object.kind);
    }

    std::vector<QuestionAnswer> ask() {
        caption();
        yes_no();
        how_many();
        for (const SceneObject& object : objects_) where(object), colour(object);
        what_at();
        relation();
        return std::move(out_);
    }

  private:
    void add(Category category, std::string question, std::string answer,
             std::set<std::string> expect) {
        out_.push_back({category, std::move(question), std::move(answer), std::move(expect)});
    }

    std::string ending() {
        return random_.pick(
            {" in the picture", " in the image", " in the picture", " in this photo", ""});
    }

    void caption() {
        const auto names = kind_names(objects_);
        std::vector<SceneObject> from_left = objects_;  // an order that can be learned
        std::stable_sort(from_left.begin(), from_left.end(),
                         [](const SceneObject& a, const SceneObject& b) { return a.cx < b.cx; });
        add(Category::Caption,
            random_.pick({"Describe the picture.", "Describe this image.",
                          "What does the picture show?", "What is shown here?",
                          "Please describe what you see."}),
            there_is(from_left), names);
        add(Category::What,
            random_.pick({"What is in this picture?", "What is in the picture?",
                          "What is there in the image?", "What do you see?",
                          "What can you see in the picture?", "What things are in this picture?"}),
            there_is(from_left), names);
    }

    void yes_no() {
        for (const int kind : present_) {
            out_.push_back(is_there(kind, true, ending()));
            out_.push_back(is_there(absent_kind(random_, present_), false, ending()));
        }
        for (const Group& group : groups_) {
            if (group.colour < 0 || group.count > 1 || !random_.chance(0.5)) continue;
            const bool yes = random_.chance(0.5);
            int colour = group.colour;
            while (!yes && colour == group.colour)
                colour = random_.integer(0, int(colours().size()) - 1);
            const std::string thing = colour_of(colour) + " " + name_of(group.kind);
            add(Category::YesNo, "Is there " + with_article(thing) + ending() + "?",
                yes ? "Yes, there is " + with_article(thing) + "."
                    : "No, there is no " + thing + ".",
                {yes ? "yes" : "no"});
        }
    }

    void how_many() {
        for (const Group& group : groups_) {
            const Kind& kind = kinds()[std::size_t(group.kind)];
            const std::string plural(kind.plural), number = number_word(group.count);
            add(Category::HowMany,
                random_.chance(0.7) ? "How many " + plural + " are there" + ending() + "?"
                                    : "How many " + plural + " do you see?",
                group.count == 1 ? "There is one " + name_of(group.kind) + "."
                                 : "There are " + number + " " + plural + ".",
                {number});
        }
        const std::string number = number_word(int(objects_.size()));
        add(Category::HowMany,
            random_.pick({"How many things are there?", "How many things are in the picture?",
                          "How many objects do you see?"}),
            objects_.size() == 1 ? "There is one thing." : "There are " + number + " things.",
            {number});
    }

    bool is_only_one(const SceneObject& object) const {
        return std::count_if(objects_.begin(), objects_.end(),
                             [&](const auto& o) { return o.kind == object.kind; }) == 1;
    }

    void where(const SceneObject& object) {
        const std::string place = place_of(object);
        if (place.empty() || !is_only_one(object)) return;
        const std::string name = name_of(object.kind);
        add(Category::Where,
            random_.pick({"Where is the " + name + "?", "Where is the " + name + " in the picture?",
                          "Where can I see the " + name + "?",
                          "In which part of the picture is the " + name + "?"}),
            "The " + name + " is " + place + ".", named_words(Category::Where, place));
    }

    void colour(const SceneObject& object) {
        if (object.colour < 0 || !is_only_one(object)) return;
        const std::string name = name_of(object.kind), colour = colour_of(object.colour);
        add(Category::Colour,
            random_.pick({"What colour is the " + name + "?", "What color is the " + name + "?",
                          "Which colour does the " + name + " have?",
                          "What is the colour of the " + name + "?"}),
            "The " + name + " is " + colour + ".", {colour});
    }

    /// "What is on the left?" when exactly one object lies there and all others
    /// lie clearly elsewhere.
    void what_at() {
        struct Side {
            const char* words;
            double x, y;  // direction
        };
        static constexpr Side kSides[] = {{"on the left", -1, 0},
                                          {"on the right", 1, 0},
                                          {"at the top", 0, -1},
                                          {"at the bottom", 0, 1}};
        if (objects_.size() < 2) return;
        for (const Side& side : kSides) {
            std::vector<std::pair<double, const SceneObject*>> along;
            for (const SceneObject& object : objects_)
                along.emplace_back(side.x * (object.cx - 0.5) + side.y * (object.cy - 0.5),
                                   &object);
            std::sort(along.begin(), along.end(),
                      [](const auto& a, const auto& b) { return a.first > b.first; });
            if (along[0].first < 0.1 || along[1].first > 0.0) continue;
            const std::string thing =
                describe_group({along[0].second->kind, 1, along[0].second->colour});
            add(Category::What,
                random_.pick({std::string("What is "), std::string("What do you see ")}) +
                    side.words + "?",
                "There is " + thing + " " + side.words + ".", {name_of(along[0].second->kind)});
        }
    }

    /// Two single things, clearly beside or above each other.
    void relation() {
        if (objects_.size() < 2) return;
        const SceneObject& a = objects_[0];
        const SceneObject& b = objects_[1];
        if (!is_only_one(a) || !is_only_one(b)) return;
        const double dx = a.cx - b.cx, dy = a.cy - b.cy;
        const std::string first = name_of(a.kind), second = name_of(b.kind);
        if (std::abs(dx) > 0.25 && std::abs(dx) > 2 * std::abs(dy)) {
            const std::string side = dx < 0 ? "left" : "right";
            add(Category::Relation, "Is the " + first + " left or right of the " + second + "?",
                "The " + first + " is " + side + " of the " + second + ".", {side});
        } else if (std::abs(dy) > 0.25 && std::abs(dy) > 2 * std::abs(dx)) {
            const std::string side = dy < 0 ? "above" : "below";
            add(Category::Relation, "Is the " + first + " above or below the " + second + "?",
                "The " + first + " is " + side + " the " + second + ".", {side});
        }
    }

    const std::vector<SceneObject>& objects_;
    std::vector<Group> groups_;
    Random& random_;
    std::set<int> present_;
    std::vector<QuestionAnswer> out_;
};

}  // namespace

std::vector<QuestionAnswer> picture_questions(const Scene& scene, Random& random) {
    return PictureInterviewer(scene, random).ask();
}

}  // namespace univi::training::demo
