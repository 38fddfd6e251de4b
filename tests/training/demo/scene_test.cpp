#include "training/demo/scene.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <set>

#include "training/demo/clip.h"
#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

const StampLibrary& stamps() {
    static const StampLibrary library;
    return library;
}

double difference(const cv::Mat& a, const cv::Mat& b) {
    return cv::norm(a, b, cv::NORM_L1) / double(a.total() * 3);
}

TEST(Kinds, HasSixtyStampsAndSixShapesWithDistinctNames) {
    std::set<std::string_view> names;
    for (const Kind& kind : kinds()) names.insert(kind.name);
    EXPECT_EQ(names.size(), kinds().size());
    EXPECT_GE(first_shape(), 60);
    EXPECT_EQ(int(kinds().size()) - first_shape(), 6);
    for (int k = 0; k < int(kinds().size()); ++k)
        EXPECT_EQ(kinds()[std::size_t(k)].stamps[0].empty(), is_shape(k));
}

TEST(Scene, SameSeedSamePixelsOtherSeedOtherPixels) {
    Random a = Random::of(7, 3), b = Random::of(7, 3), c = Random::of(8, 3);
    const cv::Mat first = render(random_scene(a, stamps()), stamps(), 96);
    EXPECT_EQ(difference(first, render(random_scene(b, stamps()), stamps(), 96)), 0);
    EXPECT_GT(difference(first, render(random_scene(c, stamps()), stamps(), 96)), 5);
}

TEST(Scene, ObjectsLieInsideAndApart) {
    for (int i = 0; i < 200; ++i) {
        Random random = Random::of(11, std::uint64_t(i));
        const Scene scene = random_scene(random, stamps());
        ASSERT_GE(scene.objects.size(), 1U);
        ASSERT_LE(scene.objects.size(), 4U);
        for (std::size_t j = 0; j < scene.objects.size(); ++j) {
            const SceneObject& a = scene.objects[j];
            EXPECT_GE(a.left(), 0);
            EXPECT_GE(a.top(), 0);
            EXPECT_LE(a.right(), 1);
            EXPECT_LE(a.bottom(), 1);
            for (std::size_t k = 0; k < j; ++k) {
                const SceneObject& b = scene.objects[k];
                const bool apart = a.left() >= b.right() || b.left() >= a.right() ||
                                   a.top() >= b.bottom() || b.top() >= a.bottom();
                EXPECT_TRUE(apart) << "scene " << i;
            }
        }
    }
}

/// What is visible of an object fills the box its facts state.
TEST(Scene, BoxesAgreeWithPixels) {
    for (int i = 0; i < 40; ++i) {
        Random random = Random::of(12, std::uint64_t(i));
        const Scene scene = random_scene(random, stamps());
        cv::Mat owner;
        render(scene, stamps(), 192, &owner);
        for (std::size_t j = 0; j < scene.objects.size(); ++j) {
            const cv::Rect box = cv::boundingRect(cv::Mat(owner == int(j + 1)));
            const SceneObject& object = scene.objects[j];
            EXPECT_NEAR((box.x + box.width / 2.0) / 192, object.cx, 0.03)
                << i << " " << kinds()[std::size_t(object.kind)].name;
            EXPECT_NEAR((box.y + box.height / 2.0) / 192, object.cy, 0.03)
                << i << " " << kinds()[std::size_t(object.kind)].name;
        }
    }
}

TEST(Scene, ShapesShowTheirColour) {
    for (int c = 0; c < int(colours().size()); ++c) {
        const cv::Mat stamp = stamps().draw(first_shape(), 0, c, 60);
        const cv::Vec4b middle = stamp.at<cv::Vec4b>(30, 30);
        for (int channel = 0; channel < 3; ++channel)
            EXPECT_NEAR(middle[channel], colours()[std::size_t(c)].rgb[channel] * 0.9, 20)
                << colours()[std::size_t(c)].name;
    }
}

TEST(Clip, MoverCrossesInItsDirection) {
    int movers = 0;
    for (int i = 0; i < 120; ++i) {
        Random random = Random::of(13, std::uint64_t(i));
        const Clip clip = random_clip(random, stamps());
        if (clip.story != Clip::Story::Move) continue;
        ++movers;
        const SceneObject first = clip.actors[0].at(0, clip.duration_s),
                          last = clip.actors[0].at(clip.duration_s, clip.duration_s);
        const std::string direction = direction_of(clip.actors[0]);
        const double dx = last.cx - first.cx, dy = last.cy - first.cy;
        EXPECT_GT((direction == "right") * dx + (direction == "left") * -dx +
                      (direction == "down") * dy + (direction == "up") * -dy,
                  0.25);
    }
    EXPECT_GT(movers, 20);
}

TEST(Clip, OneThingAfterTheOther) {
    int orders = 0;
    for (int i = 0; i < 120; ++i) {
        Random random = Random::of(14, std::uint64_t(i));
        const Clip clip = random_clip(random, stamps());
        if (clip.story != Clip::Story::Order) continue;
        ++orders;
        for (double t = 0; t < clip.duration_s; t += 0.5)
            EXPECT_EQ(clip.visible_at(t).size(), 1U) << "clip " << i << " at " << t << " s";
        EXPECT_EQ(clip.visible_at(0)[0].kind, clip.actors.front().object.kind);
        EXPECT_EQ(clip.visible_at(clip.duration_s - 1)[0].kind, clip.actors.back().object.kind);
    }
    EXPECT_GT(orders, 20);
}

}  // namespace
}  // namespace univi::training::demo
