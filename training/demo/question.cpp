#include "training/demo/question.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <map>

#include "core/base/error.h"
#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

constexpr std::pair<Category, std::string_view> kNames[] = {
    {Category::Caption, "caption"},   {Category::What, "what"},
    {Category::YesNo, "yes_no"},      {Category::HowMany, "how_many"},
    {Category::Where, "where"},       {Category::Colour, "colour"},
    {Category::Relation, "relation"}, {Category::Direction, "direction"},
    {Category::Order, "order"}};

/// Word as it may stand in an answer -> word it counts as.
using Vocabulary = std::map<std::string, std::string, std::less<>>;

Vocabulary words(std::initializer_list<const char*> list) {
    Vocabulary out;
    for (const char* word : list) out[word] = word;
    return out;
}

Vocabulary kind_words() {
    Vocabulary out;
    for (const Kind& kind : kinds()) {
        out[std::string(kind.name)] = std::string(kind.name);
        out[std::string(kind.plural)] = std::string(kind.name);
    }
    return out;
}

Vocabulary colour_words() {
    Vocabulary out;
    for (const Colour& colour : colours()) out[std::string(colour.name)] = std::string(colour.name);
    return out;
}

const Vocabulary& vocabulary(Category category) {
    static const Vocabulary kinds_named = kind_words(), colours_named = colour_words();
    static const Vocabulary yes_no = words({"yes", "no"}),
                            places = words({"left", "right", "top", "bottom", "middle"});
    static const Vocabulary numbers =
        words({"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"});
    static const Vocabulary directions = words({"left", "right", "up", "down"});
    static const Vocabulary relations = words({"left", "right", "above", "below"});
    switch (category) {
        case Category::YesNo:
            return yes_no;
        case Category::HowMany:
            return numbers;
        case Category::Where:
            return places;
        case Category::Colour:
            return colours_named;
        case Category::Relation:
            return relations;
        case Category::Direction:
            return directions;
        default:
            return kinds_named;
    }
}

}  // namespace

std::string_view to_string(Category category) {
    for (const auto& [value, name] : kNames)
        if (value == category) return name;
    return "what";
}

Category category_from(std::string_view name) {
    for (const auto& [value, known] : kNames)
        if (known == name) return value;
    throw base::Error(base::ErrorKind::Format,
                      "\"" + std::string(name) + "\" is no category of the demo's questions.");
}

std::set<std::string> named_words(Category category, std::string_view answer) {
    const Vocabulary& known = vocabulary(category);
    std::set<std::string> out;
    std::string word;
    const auto take = [&] {
        if (const auto found = known.find(word); found != known.end()) out.insert(found->second);
        word.clear();
    };
    for (const char c : answer)
        if (std::isalpha(static_cast<unsigned char>(c)))
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else
            take();
    take();
    // "No, there is no dog" is one no; what follows a yes does not take it back.
    if (category == Category::YesNo && out.size() == 2)
        return {answer.starts_with("Yes") ? "yes" : "no"};
    return out;
}

bool is_right(const QuestionAnswer& question, std::string_view answer) {
    return named_words(question.category, answer) == question.expect;
}

std::vector<Group> group_objects(const std::vector<SceneObject>& objects) {
    std::vector<Group> groups;
    for (const SceneObject& object : objects) {
        const auto same = std::find_if(groups.begin(), groups.end(),
                                       [&](const Group& g) { return g.kind == object.kind; });
        if (same == groups.end())
            groups.push_back({object.kind, 1, object.colour});
        else {
            ++same->count;
            if (same->colour != object.colour) same->colour = -1;
        }
    }
    return groups;
}

std::string describe_group(const Group& group) {
    const Kind& kind = kinds()[std::size_t(group.kind)];
    const std::string colour =
        group.colour >= 0 ? std::string(colours()[std::size_t(group.colour)].name) + " " : "";
    if (group.count == 1) return with_article(colour + std::string(kind.name));
    return number_word(group.count) + " " + colour + std::string(kind.plural);
}

std::string describe_objects(const std::vector<SceneObject>& objects) {
    const auto groups = group_objects(objects);
    std::string out;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i > 0) out += i + 1 == groups.size() ? " and " : ", ";
        out += describe_group(groups[i]);
    }
    return out;
}

std::string there_is(const std::vector<SceneObject>& objects) {
    const auto groups = group_objects(objects);
    const bool many = !groups.empty() && groups.front().count > 1;
    return std::string(many ? "There are " : "There is ") + describe_objects(objects) + ".";
}

std::set<std::string> kind_names(const std::vector<SceneObject>& objects) {
    std::set<std::string> out;
    for (const SceneObject& object : objects)
        out.insert(std::string(kinds()[std::size_t(object.kind)].name));
    return out;
}

std::string place_of(const SceneObject& object) {
    const auto third = [](double middle) {
        if (middle < 0.385) return 0;
        if (middle > 0.615) return 2;
        return middle > 0.43 && middle < 0.57 ? 1 : -1;
    };
    static constexpr std::array<const char*, 9> kPlaces = {
        "at the top left",    "at the top",    "at the top right",
        "on the left",        "in the middle", "on the right",
        "at the bottom left", "at the bottom", "at the bottom right"};
    const int column = third(object.cx), row = third(object.cy);
    return column < 0 || row < 0 ? "" : kPlaces[std::size_t(row * 3 + column)];
}

int absent_kind(Random& random, const std::set<int>& present, bool similar) {
    if (!present.empty() && (similar || random.chance(0.5))) {
        const int model = *std::next(present.begin(), random.integer(0, int(present.size()) - 1));
        std::vector<int> family;
        for (int k = 0; k < int(kinds().size()); ++k)
            if (kinds()[std::size_t(k)].family == kinds()[std::size_t(model)].family &&
                !present.contains(k))
                family.push_back(k);
        if (!family.empty()) return random.pick(family);
    }
    int kind = 0;
    do kind = random.integer(0, int(kinds().size()) - 1);
    while (present.contains(kind));
    return kind;
}

namespace {

std::vector<QuestionAnswer> of_categories(const std::vector<QuestionAnswer>& all,
                                          const std::set<Category>& wanted) {
    std::vector<QuestionAnswer> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out),
                 [&](const auto& q) { return wanted.contains(q.category); });
    return out;
}

/// The first `count` after shuffling.
void take(std::vector<QuestionAnswer>& out, std::vector<QuestionAnswer> from, int count,
          Random& random) {
    random.shuffle(from);
    for (auto& question : from)
        if (count-- > 0) out.push_back(std::move(question));
}

}  // namespace

std::vector<QuestionAnswer> pick_conversation(const std::vector<QuestionAnswer>& all, int wanted,
                                              Random& random) {
    const auto yes_no = of_categories(all, {Category::YesNo});
    const auto facts =
        of_categories(all, {Category::HowMany, Category::Where, Category::Colour,
                            Category::Relation, Category::Direction, Category::Order});
    const auto what = of_categories(all, {Category::What, Category::Caption});
    const auto places = of_categories(
        all, {Category::Where, Category::Colour, Category::Relation, Category::Direction});
    std::vector<QuestionAnswer> lists;
    for (const QuestionAnswer& question : what)
        if (question.expect.size() > 1) lists.push_back(question);
    std::vector<QuestionAnswer> out;
    const double plan = random.uniform();
    if (plan < 0.5) {
        // Every kind of question has to come first at times: people ask one thing.
        if (plan < 0.2 || facts.empty()) take(out, yes_no, (wanted + 1) / 2, random);
        take(out, facts, wanted - int(out.size()), random);
    } else {
        // Lists of several things are what is hardest to say.
        if (plan < 0.9 || places.empty())
            take(out, !lists.empty() && random.chance(0.6) ? lists : what, 1, random);
        take(out, places, wanted - int(out.size()), random);
    }
    return out;
}

std::vector<QuestionAnswer> pick_questions(std::vector<QuestionAnswer> all, int wanted,
                                           Random& random) {
    random.shuffle(all);
    std::map<Category, int> used;
    std::vector<QuestionAnswer> out;
    // Round by round, so that no category crowds the others out; yes/no, the hardest to learn, may
    // come twice a round.
    for (int round = 1; round < 9 && int(out.size()) < wanted; ++round)
        for (auto& question : all) {
            if (question.question.empty() || int(out.size()) >= wanted) continue;
            int& count = used[question.category];
            if (count >= (question.category == Category::YesNo ? 2 * round : round)) continue;
            ++count;
            out.push_back(std::move(question));
            question.question.clear();
        }
    random.shuffle(out);
    return out;
}

QuestionAnswer is_there(int kind, bool present, const std::string& ending) {
    const std::string name(kinds()[std::size_t(kind)].name);
    return {Category::YesNo,
            "Is there " + with_article(name) + ending + "?",
            present ? "Yes, there is " + with_article(name) + "." : "No, there is no " + name + ".",
            {present ? "yes" : "no"}};
}

}  // namespace univi::training::demo
