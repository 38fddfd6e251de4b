#include "training/demo/tower_data.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace univi::training::demo {
namespace {

// core/media/preprocess.h PreprocessOptions: OpenAI CLIP's six numbers.
constexpr float kMean[3] = {0.48145466F, 0.4578275F, 0.40821073F};
constexpr float kStd[3] = {0.26862954F, 0.26130258F, 0.27577711F};

/// A patch belongs to an object from this share of its pixels on; below the lower share it is
/// background; between: uncounted.
constexpr double kOwned = 0.35, kEmpty = 0.1;

/// What cameras, JPEG and video coding do to pictures.
void wear(cv::Mat& picture, Random& random) {
    if (random.chance(0.25)) cv::GaussianBlur(picture, picture, {3, 3}, random.uniform(0.3, 1.0));
    if (random.chance(0.3)) {
        const int strength = random.integer(2, 14);
        for (auto& pixel : cv::Mat_<cv::Vec3b>(picture)) {
            const std::uint64_t bits = random.next();
            for (int c = 0; c < 3; ++c)
                pixel[c] = cv::saturate_cast<uchar>(
                    int(pixel[c]) + int((bits >> (8 * c)) % (2U * unsigned(strength) + 1)) -
                    strength);
        }
    }
    if (random.chance(0.35)) {
        std::vector<uchar> bytes;
        cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, random.integer(35, 92)});
        picture = cv::imdecode(bytes, cv::IMREAD_COLOR);
    }
}

void write_pixels(const cv::Mat& picture, float* out) {
    for (int y = 0; y < kSide; ++y) {
        const auto* row = picture.ptr<cv::Vec3b>(y);
        for (int x = 0; x < kSide; ++x)
            for (int c = 0; c < 3; ++c)
                out[(c * kSide + y) * kSide + x] = (float(row[x][c]) / 255.0F - kMean[c]) / kStd[c];
    }
}

struct PatchOwner {
    int object = -1;  ///< -1: background, -2: uncounted
};

PatchOwner owner_of(const cv::Mat& owner, int row, int column, std::size_t num_objects) {
    std::array<int, 256> counts{};
    for (int y = 0; y < kPatch; ++y) {
        const auto* line = owner.ptr<uchar>(row * kPatch + y) + column * kPatch;
        for (int x = 0; x < kPatch; ++x) ++counts[line[x]];
    }
    int best = 0, covered = 0;
    for (int i = 1; i <= int(num_objects); ++i) {
        covered += counts[std::size_t(i)];
        if (best == 0 || counts[std::size_t(i)] > counts[std::size_t(best)]) best = i;
    }
    const double pixels = double(kPatch) * kPatch;
    if (best > 0 && counts[std::size_t(best)] >= kOwned * pixels) return {best - 1};
    return {covered < kEmpty * pixels ? -1 : -2};
}

int cell_of(const SceneObject& object) {
    const int x = std::clamp(int(object.cx * kCells), 0, kCells - 1);
    const int y = std::clamp(int(object.cy * kCells), 0, kCells - 1);
    return y * kCells + x;
}

void write_labels(const Scene& scene, const cv::Mat& owner, int item, TowerBatch& batch) {
    auto* kind = batch.kind.data_ptr<std::int64_t>() + item * kPatches;
    auto* cell = batch.cell.data_ptr<std::int64_t>() + item * kPatches;
    auto* colour = batch.colour.data_ptr<std::int64_t>() + item * kPatches;
    auto* box = batch.box.data_ptr<float>() + item * kPatches * 4;
    for (int p = 0; p < kPatches; ++p) {
        const int index = owner_of(owner, p / kGrid, p % kGrid, scene.objects.size()).object;
        kind[p] = index == -1 ? 0 : -1;
        cell[p] = colour[p] = -1;
        if (index < 0) continue;
        const SceneObject& object = scene.objects[std::size_t(index)];
        kind[p] = object.kind + 1;
        cell[p] = cell_of(object);
        colour[p] = object.colour;
        const double values[4] = {object.cx, object.cy, object.width, object.height};
        for (int i = 0; i < 4; ++i) box[p * 4 + i] = float(values[i]);
    }
}

/// Fuller than the scenes that are asked about, so that most patches teach something.
LayoutOptions crowded(Random& random) {
    LayoutOptions options;
    options.min_objects = 3;
    options.max_objects = random.chance(0.75) ? 8 : 4;
    options.overlap = 0.25;
    options.count_share = 0.15;
    options.shape_share = 0.22;
    options.max_size = options.max_objects == 8 ? 0.42 : 0.52;
    return options;
}

}  // namespace

TowerBatch make_tower_batch(const StampLibrary& stamps, std::uint64_t seed, std::int64_t step,
                            int batch_size) {
    TowerBatch batch;
    batch.pixels = at::empty({batch_size, 3, kSide, kSide}, at::kFloat);
    for (at::Tensor* labels : {&batch.kind, &batch.cell, &batch.colour})
        *labels = at::empty({batch_size, kPatches}, at::kLong);
    batch.box = at::zeros({batch_size, kPatches, 4}, at::kFloat);
    for (int item = 0; item < batch_size; ++item) {
        Random random =
            Random::of(seed, std::uint64_t(step) * std::uint64_t(batch_size) + std::uint64_t(item));
        const Scene scene = random_scene(random, stamps, crowded(random));
        cv::Mat owner;
        cv::Mat picture = render(scene, stamps, kSide, &owner);
        wear(picture, random);
        write_pixels(picture,
                     batch.pixels.data_ptr<float>() + std::ptrdiff_t(item) * 3 * kSide * kSide);
        write_labels(scene, owner, item, batch);
    }
    return batch;
}

TowerBatchQueue::TowerBatchQueue(const StampLibrary& stamps, std::uint64_t seed,
                                 std::int64_t first_step, int batch_size)
    : stamps_(stamps), seed_(seed), step_(first_step), batch_size_(batch_size), thread_([this] {
          produce();
      }) {}

TowerBatchQueue::~TowerBatchQueue() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void TowerBatchQueue::produce() {
    for (;; ++step_) {
        TowerBatch batch = make_tower_batch(stamps_, seed_, step_, batch_size_);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || ready_.size() < 4; });
        if (stopping_) return;
        ready_.push_back(std::move(batch));
        changed_.notify_all();
    }
}

TowerBatch TowerBatchQueue::next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty(); });
    TowerBatch batch = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    return batch;
}

}  // namespace univi::training::demo
