#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "training/demo/random.h"
#include "training/demo/scene.h"

namespace univi::training::demo {

/// What a question is about; the evaluation counts each apart.
enum class Category { Caption, What, YesNo, HowMany, Where, Colour, Relation, Direction, Order };
std::string_view to_string(Category category);
/// The inverse; throws Error{Format} for an unknown word.
Category category_from(std::string_view name);

/// A question and its answer in a whole sentence. `expect`: the words of the category's vocabulary
/// that a right answer names, no more and no fewer ("dog", "two", "left", "yes" …).
struct QuestionAnswer {
    Category category = Category::What;
    std::string question, answer;
    std::set<std::string> expect;
};

/// Words of a category's vocabulary in `answer`: kinds in the singular for Caption, What and Order,
/// else numbers, places, colours.
std::set<std::string> named_words(Category category, std::string_view answer);
/// True when the answer names exactly what is expected.
bool is_right(const QuestionAnswer& question, std::string_view answer);

/// Objects of one kind (and, when they share it, one colour).
struct Group {
    int kind = 0, count = 0, colour = -1;
};
std::vector<Group> group_objects(const std::vector<SceneObject>& objects);
/// "a dog", "two red stars".
std::string describe_group(const Group& group);
/// "a dog, two cats and a red star".
std::string describe_objects(const std::vector<SceneObject>& objects);
/// "There is a dog and two cats."
std::string there_is(const std::vector<SceneObject>& objects);
/// Names of the kinds present, singular.
std::set<std::string> kind_names(const std::vector<SceneObject>& objects);
/// "on the left", "at the top right", …, "in the middle"; empty where a person could
/// say two things.
std::string place_of(const SceneObject& object);
/// A kind that is not among `present`: half the time of the family of one that
/// is (`similar`: always).
int absent_kind(Random& random, const std::set<int>& present, bool similar = false);

/// Every question the picture's facts answer without doubt, in random phrasings; yes
/// and no alternate.
std::vector<QuestionAnswer> picture_questions(const Scene& scene, Random& random);
/// One training conversation: at most `wanted` questions of which none gives away the answer of a
/// later one: what is there or not before numbers, places and colours; or a description before
/// places and colours.
std::vector<QuestionAnswer> pick_conversation(const std::vector<QuestionAnswer>& all, int wanted,
                                              Random& random);
/// Questions to be asked each on its own: at most `wanted`, categories mixed, shuffled; as many
/// yes as no.
std::vector<QuestionAnswer> pick_questions(std::vector<QuestionAnswer> all, int wanted,
                                           Random& random);
/// A yes/no question on one kind, as POPE words it.
QuestionAnswer is_there(int kind, bool present, const std::string& ending);

}  // namespace univi::training::demo
