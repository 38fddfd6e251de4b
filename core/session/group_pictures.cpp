#include "core/session/group_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <span>

#include "core/media/image_file.h"
#include "core/media/preprocess.h"

namespace univi::session {

namespace {

using media::Image;
using Color = std::array<double, 3>;

// Pixels a patch side takes. Events stand side by side, so their frames are smaller.
constexpr int kPictureCell = 28;
constexpr int kEventCell = 14;
constexpr int kEventFrame = 6;  ///< width of the frame round an event, pixels
constexpr double kGroupShare = 0.8;
constexpr Color kWhite{255, 255, 255};
/// Frames round events, told apart also by people who do not see red and green apart (Okabe
/// and Ito's palette).
constexpr Color kEventColors[] = {{0, 114, 178},   {230, 159, 0},  {0, 158, 115},
                                  {204, 121, 167}, {86, 180, 233}, {213, 94, 0}};

Image blank(int width, int height) {
    return {width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 3, 0)};
}

void fill(Image& image, int x0, int y0, int width, int height, const Color& color) {
    for (int y = y0; y < y0 + height; ++y)
        for (int x = x0; x < x0 + width; ++x)
            for (int c = 0; c < 3; ++c)
                image.rgb[(std::size_t(y) * image.width + x) * 3 + c] =
                    static_cast<std::uint8_t>(std::lround(color[c]));
}

/// Returns the part of a shown picture that the patch grid covers, `cell` pixels a patch.
Image grid_view(const protocol::TokenGroups& groups, const std::string& file, int cell) {
    media::ImageOptions options;
    const Image image = media::read_image(file, options);
    media::PreprocessOptions preprocess;
    preprocess.crop_size = groups.grid * cell;
    const int shorter = std::min(image.width, image.height);
    preprocess.pad_to_square = groups.crop[0] < -0.5 || groups.crop[1] < -0.5;
    preprocess.shortest_edge = preprocess.crop_size;
    if (!preprocess.pad_to_square && groups.crop[2] > 0)
        preprocess.shortest_edge = std::max(
            preprocess.crop_size,
            static_cast<int>(std::lround(preprocess.crop_size * shorter / groups.crop[2])));
    return media::resize_and_crop(image, preprocess);
}

/// Views side by side, one patch map for all of them: [views * grid * grid], view after view.
class GroupPainter {
  public:
    GroupPainter(const std::vector<Image>& views, int grid, int cell,
                 const protocol::StageGroups& stage)
        : views_(views), grid_(grid), cell_(cell), stage_(stage) {}

    Image paint() const {
        const std::vector<Color> colors = mean_colors();
        const int side = grid_ * cell_;
        Image out = blank(side * static_cast<int>(views_.size()), side);
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < out.width; ++x) blend(out, x, y, colors);
        return out;
    }

  private:
    int group_at(int view, int column, int row) const {
        return stage_.patch_to_group.at((std::size_t(view) * grid_ + row) * grid_ + column);
    }

    std::vector<Color> mean_colors() const {
        std::vector<Color> sums(stage_.sizes.size(), Color{});
        for (int v = 0; v < static_cast<int>(views_.size()); ++v)
            for (int y = 0; y < grid_ * cell_; ++y)
                for (int x = 0; x < grid_ * cell_; ++x) {
                    Color& sum = sums.at(group_at(v, x / cell_, y / cell_));
                    for (int c = 0; c < 3; ++c) sum[c] += views_[v].pixel(x, y)[c];
                }
        for (std::size_t g = 0; g < sums.size(); ++g)
            for (double& value : sums[g])
                value /= std::max(1.0, double(stage_.sizes[g]) * cell_ * cell_);
        return sums;
    }

    /// White where the patch to the left or above is of another group.
    bool on_border(int view, int x, int y) const {
        const int column = x / cell_, row = y / cell_, width = std::max(1, cell_ / 14);
        const int group = group_at(view, column, row);
        if (x % cell_ < width && column > 0 && group_at(view, column - 1, row) != group)
            return true;
        return y % cell_ < width && row > 0 && group_at(view, column, row - 1) != group;
    }

    void blend(Image& out, int x, int y, const std::vector<Color>& colors) const {
        const int side = grid_ * cell_, view = x / side, inside = x % side;
        if (on_border(view, inside, y)) return fill(out, x, y, 1, 1, kWhite);
        const Color& group = colors.at(group_at(view, inside / cell_, y / cell_));
        Color color;
        for (int c = 0; c < 3; ++c)
            color[c] =
                kGroupShare * group[c] + (1 - kGroupShare) * views_[view].pixel(inside, y)[c];
        fill(out, x, y, 1, 1, color);
    }

    const std::vector<Image>& views_;
    int grid_, cell_;
    const protocol::StageGroups& stage_;
};

Image framed(const Image& inner, const Color& color) {
    Image out = blank(inner.width + 2 * kEventFrame, inner.height + 2 * kEventFrame);
    fill(out, 0, 0, out.width, out.height, color);
    for (int y = 0; y < inner.height; ++y)
        std::copy_n(inner.pixel(0, y), std::size_t(inner.width) * 3,
                    out.rgb.begin() + (std::size_t(y + kEventFrame) * out.width + kEventFrame) * 3);
    return out;
}

std::string numbered(const char* form, int a, int b) {
    char name[64];
    std::snprintf(name, sizeof name, form, a, b);
    return name;
}

void write_events(const protocol::TokenGroups& groups, const std::filesystem::path& folder,
                  std::vector<std::string>& names) {
    for (std::size_t e = 0; e < groups.events.size(); ++e) {
        std::vector<Image> views;
        for (const int frame : groups.events[e].frames)
            views.push_back(grid_view(groups, groups.frames.at(frame).picture, kEventCell));
        for (int s = 0; s < 3; ++s) {
            const auto& stage = groups.events[e].stages[s];
            if (stage.patch_to_group.empty()) continue;
            names.push_back(numbered("event%d_stage%d.png", static_cast<int>(e), s));
            const Image strip = GroupPainter(views, groups.grid, kEventCell, stage).paint();
            media::write_image(folder / names.back(),
                               framed(strip, kEventColors[e % std::size(kEventColors)]));
        }
    }
}

}  // namespace

std::vector<std::string> write_group_pictures(const protocol::TokenGroups& groups,
                                              const std::string& folder) {
    std::vector<std::string> names;
    for (std::size_t f = 0; f < groups.frames.size(); ++f) {
        const std::vector<Image> view{grid_view(groups, groups.frames[f].picture, kPictureCell)};
        for (int s = 0; s < 3; ++s) {
            const auto& stage = groups.frames[f].stages[s];
            if (stage.patch_to_group.empty()) continue;
            names.push_back(groups.is_video
                                ? numbered("frame%03d_stage%d.png", static_cast<int>(f), s)
                                : "stage" + std::to_string(s) + ".png");
            media::write_image(std::filesystem::path(folder) / names.back(),
                               GroupPainter(view, groups.grid, kPictureCell, stage).paint());
        }
    }
    write_events(groups, folder, names);
    return names;
}

}  // namespace univi::session
