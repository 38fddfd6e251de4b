#include "training/demo/question.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "training/demo/clip.h"
#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

const StampLibrary& stamps() {
    static const StampLibrary library;
    return library;
}

int count_of(const Scene& scene, int kind) {
    return int(std::count_if(scene.objects.begin(), scene.objects.end(),
                             [&](const auto& o) { return o.kind == kind; }));
}

/// Kinds named in a text, as indices.
std::vector<int> kinds_in(const std::string& text) {
    std::vector<int> out;
    for (const std::string& name : named_words(Category::What, text))
        for (int k = 0; k < int(kinds().size()); ++k)
            if (kinds()[std::size_t(k)].name == name) out.push_back(k);
    return out;
}

TEST(Question, NamedWordsReadsAnswers) {
    EXPECT_EQ(named_words(Category::What, "There are two dogs and an apple."),
              (std::set<std::string>{"dog", "apple"}));
    EXPECT_EQ(named_words(Category::What, "There are three snowmen, a bus and two buses."),
              (std::set<std::string>{"snowman", "bus"}));
    EXPECT_EQ(named_words(Category::YesNo, "No, there is no dog."), (std::set<std::string>{"no"}));
    EXPECT_EQ(named_words(Category::YesNo, "Yes, there is a dog."), (std::set<std::string>{"yes"}));
    EXPECT_EQ(named_words(Category::Where, "The dog is at the top left."),
              (std::set<std::string>{"top", "left"}));
    EXPECT_EQ(named_words(Category::HowMany, "There are four."), (std::set<std::string>{"four"}));
}

TEST(Question, IsRightWantsExactlyTheExpectedWords) {
    const QuestionAnswer question{
        Category::What, "What is there?", "There is a dog and a cat.", {"cat", "dog"}};
    EXPECT_TRUE(is_right(question, "I see a cat and two dogs."));
    EXPECT_FALSE(is_right(question, "There is a dog."));
    EXPECT_FALSE(is_right(question, "There is a dog, a cat and a fox."));
}

TEST(Question, AnswersPassTheirOwnCheckAndAgreeWithTheFacts) {
    int yes = 0, no = 0;
    for (int i = 0; i < 300; ++i) {
        Random random = Random::of(21, std::uint64_t(i));
        const Scene scene = random_scene(random, stamps());
        for (const QuestionAnswer& q : picture_questions(scene, random)) {
            EXPECT_TRUE(is_right(q, q.answer)) << q.question << " -> " << q.answer;
            if (q.category == Category::What || q.category == Category::Caption) {
                for (const int kind : kinds_in(q.answer))
                    EXPECT_GT(count_of(scene, kind), 0) << q.answer;
            } else if (q.category == Category::YesNo) {
                const bool says_yes = q.expect.contains("yes");
                (says_yes ? yes : no)++;
                const auto asked = kinds_in(q.question);
                ASSERT_EQ(asked.size(), 1U) << q.question;
                if (says_yes) {
                    EXPECT_GT(count_of(scene, asked[0]), 0) << q.question;
                }
                if (!says_yes && !is_shape(asked[0])) {
                    EXPECT_EQ(count_of(scene, asked[0]), 0) << q.question;
                }
            } else if (q.category == Category::HowMany) {
                const auto asked = kinds_in(q.question);
                const int count =
                    asked.empty() ? int(scene.objects.size()) : count_of(scene, asked[0]);
                EXPECT_EQ(q.expect, std::set<std::string>{number_word(count)}) << q.question;
            }
        }
    }
    EXPECT_NEAR(double(yes) / (yes + no), 0.5, 0.06);
}

TEST(Question, PlacesFollowFromTheBoxes) {
    for (int i = 0; i < 300; ++i) {
        Random random = Random::of(22, std::uint64_t(i));
        const Scene scene = random_scene(random, stamps());
        for (const QuestionAnswer& q : picture_questions(scene, random)) {
            if (q.category != Category::Where) continue;
            const auto asked = kinds_in(q.question);
            ASSERT_EQ(asked.size(), 1U);
            const auto object = std::find_if(scene.objects.begin(), scene.objects.end(),
                                             [&](const auto& o) { return o.kind == asked[0]; });
            if (q.expect.contains("left")) {
                EXPECT_LT(object->cx, 0.4);
            }
            if (q.expect.contains("right")) {
                EXPECT_GT(object->cx, 0.6);
            }
            if (q.expect.contains("top")) {
                EXPECT_LT(object->cy, 0.4);
            }
            if (q.expect.contains("bottom")) {
                EXPECT_GT(object->cy, 0.6);
            }
        }
    }
}

TEST(Question, APicturesThingsAreListedFromLeftToRight) {
    Random random(6);
    Scene scene;
    for (const double x : {0.8, 0.2, 0.5}) {
        scene.objects.emplace_back();
        scene.objects.back().kind = int(scene.objects.size());
        scene.objects.back().cx = x, scene.objects.back().cy = 0.5,
        scene.objects.back().width = scene.objects.back().height = 0.2;
    }
    std::string caption;
    for (const QuestionAnswer& q : picture_questions(scene, random))
        if (q.category == Category::Caption) caption = q.answer;
    const auto said_at = [&](int kind) { return caption.find(kinds()[std::size_t(kind)].name); };
    EXPECT_LT(said_at(2), said_at(3)) << caption;
    EXPECT_LT(said_at(3), said_at(1)) << caption;
    EXPECT_NE(said_at(1), std::string::npos) << caption;
}

TEST(Question, ClipAnswersAgreeWithTheFacts) {
    for (int i = 0; i < 300; ++i) {
        Random random = Random::of(23, std::uint64_t(i));
        const Clip clip = random_clip(random, stamps());
        for (const QuestionAnswer& q : clip_questions(clip, random)) {
            EXPECT_TRUE(is_right(q, q.answer)) << q.question << " -> " << q.answer;
            if (q.category == Category::Direction) {
                EXPECT_EQ(q.expect, std::set<std::string>{direction_of(clip.actors[0])});
            }
            if (q.category == Category::Order && q.question == "What happens first?") {
                EXPECT_EQ(q.expect, kind_names(clip.visible_at(0))) << "clip " << i;
            }
            if (q.category == Category::Order && q.question == "What is there at the end?") {
                EXPECT_EQ(q.expect, kind_names(clip.visible_at(clip.duration_s - 1)))
                    << "clip " << i;
            }
        }
    }
}

TEST(Question, AConversationGivesNoAnswerAwayBeforeItIsAsked) {
    for (int i = 0; i < 200; ++i) {
        Random random = Random::of(24, std::uint64_t(i));
        const Scene scene = random_scene(random, stamps());
        const auto asked = pick_conversation(picture_questions(scene, random), 6, random);
        ASSERT_FALSE(asked.empty());
        ASSERT_LE(asked.size(), 6U);
        const auto describes = [](const QuestionAnswer& q) {
            return q.category == Category::Caption || q.category == Category::What;
        };
        for (std::size_t j = 1; j < asked.size(); ++j) {
            EXPECT_FALSE(describes(asked[j]))
                << "what is there was known before: " << asked[j].question;
            if (asked[j].category == Category::YesNo) {
                EXPECT_EQ(asked[j - 1].category, Category::YesNo);
            }
            if (describes(asked[0])) {
                EXPECT_NE(asked[j].category, Category::HowMany);
            }
        }
    }
}

TEST(Question, UnknownCategoryIsRefused) {
    EXPECT_THROW(category_from("weather"), base::Error);
}

}  // namespace
}  // namespace univi::training::demo
