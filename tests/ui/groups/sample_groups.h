#pragma once

#include <QImage>
#include <QString>

#include "core/protocol/token_groups.h"

// Groups of a 4x4 grid, small enough to be counted by hand.
namespace univi::ui::test {

inline constexpr int kGrid = 4;

/// The picture that the groups belong to: 80x60, redder to the right and bluer to the bottom.
inline bool writeSamplePicture(const QString& file) {
    QImage image(80, 60, QImage::Format_RGB32);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 80; ++x) image.setPixel(x, y, qRgb(x * 3, 40, y * 4));
    return image.save(file);
}

/// Stage s of a 4x4 grid: columns (4 groups), halves (2 groups), everything (1 group).
inline protocol::StageGroups stageOfGrid(int stage, int frames, int inputTokens) {
    protocol::StageGroups result;
    const int count = 4 >> stage;
    result.sizes.assign(count, 0);
    for (int i = 0; i < kGrid * kGrid * frames; ++i) {
        const int group = (i % kGrid) >> stage;
        result.patch_to_group.push_back(group);
        ++result.sizes[group];
    }
    for (int group = 0; group < count; ++group) {
        result.centers.push_back(group);
        result.center_patches.push_back(group << stage);
    }
    for (int token = 0; token < inputTokens; ++token) {
        result.density.push_back(0.1F + 0.8F * token / inputTokens);
        result.distance.push_back(token < count ? 1.0F : 0.2F);
    }
    return result;
}

inline protocol::FrameGroups frameOf(const QString& picture, int index) {
    protocol::FrameGroups frame;
    frame.frame_index = index * 25;
    frame.time_s = index;
    frame.picture = picture.toStdString();
    const int inputs[3] = {16, 4, 2};
    for (int stage = 0; stage < 3; ++stage)
        frame.stages[stage] = stageOfGrid(stage, 1, inputs[stage]);
    return frame;
}

inline protocol::TokenGroups pictureGroups(const QString& picture, int medium = 0) {
    protocol::TokenGroups groups;
    groups.medium = medium;
    groups.source = picture.toStdString();
    groups.grid = kGrid;
    groups.picture_width = 80, groups.picture_height = 60;
    groups.crop = {10, 0, 60, 60};
    groups.frames = {frameOf(picture, 0)};
    groups.complete = true;
    return groups;
}

/// Six frames, two events: 0 1 4 5 and 2 3.
inline protocol::TokenGroups videoGroups(const QString& picture) {
    protocol::TokenGroups groups = pictureGroups(picture);
    groups.is_video = true;
    groups.frames.clear();
    for (int frame = 0; frame < 6; ++frame) groups.frames.push_back(frameOf(picture, frame));
    groups.frame_density = {0.9F, 0.8F, 0.9F, 0.8F, 0.7F, 0.6F};
    groups.frame_distance = {1.0F, 0.1F, 0.9F, 0.1F, 0.1F, 0.2F};
    groups.event_centers = {0, 2};
    for (const auto& frames : {std::vector<int>{0, 1, 4, 5}, std::vector<int>{2, 3}}) {
        protocol::EventGroups event;
        event.frames = frames;
        const int n = static_cast<int>(frames.size());
        const int inputs[3] = {4 * n, 2 * n, n};
        for (int stage = 0; stage < 3; ++stage)
            event.stages[stage] = stageOfGrid(stage, n, inputs[stage]);
        groups.events.push_back(event);
    }
    return groups;
}

}  // namespace univi::ui::test
