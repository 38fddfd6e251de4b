#include "core/base/paths.h"
#include "core/bench/limits.h"
#include "core/bench/measure.h"
#include "core/bench/shapes.h"
#include "core/bench/stopwatch.h"
#include "core/bench/works.h"
#include "core/media/video.h"
#include "core/model/device.h"
#include "core/model/precision.h"
#include "core/model/univi_model.h"
#include "core/model/visual_merger.h"
#include "core/session/frame_pipeline.h"
#include "core/session/load_options.h"

namespace univi::bench {
namespace {

constexpr int kPictures = 8, kFrames = 64, kEvents = 4;
constexpr std::int64_t kTokens = 256, kChannels = 1024;

/// Weights of ViT-L/14 at 224, random.
std::unique_ptr<model::VisionTower> random_tower(const model::PlacementOptions& placement) {
    const model::VisionConfig config;
    model::TensorTable table;
    at::manual_seed(7);
    for (const model::ParameterShape& each : model::tower_parameters(config))
        table[each.name] =
            model::to_view((at::randn(each.shape) * 0.02).to(placement.compute_dtype));
    model::WeightSource source(std::move(table), "random");
    return std::make_unique<model::VisionTower>(config, source, "", placement);
}

/// Multiplications and additions of a picture, with the layers that the model uses.
double tower_work(const model::VisionConfig& config, int layers) {
    const double n = config.num_patches() + 1, c = config.hidden_size,
                 inner = config.intermediate_size;
    const double embedding =
        2.0 * config.num_patches() * 3 * config.patch_size * config.patch_size * c;
    return embedding + layers * (2 * n * (4 * c * c + 2 * c * inner) + 4 * n * n * c);
}

/// Distances between tokens, as a product of matrices would find them.
double distance_work(double tokens) {
    return 2 * tokens * tokens * kChannels;
}

/// Of a picture: every stage takes what the one before it gives.
double merging_work(double tokens) {
    return distance_work(tokens) + distance_work(64) + distance_work(32);
}

/// Of an event: every stage takes what this stage gave of the event's frames.
double event_work(double frames) {
    return distance_work(64 * frames) + distance_work(32 * frames) + distance_work(16 * frames);
}

/// Tokens of one scene: near a centre of its own.
at::Tensor scene_frame(int scene) {
    at::manual_seed(100 + static_cast<std::uint64_t>(scene));
    const at::Tensor centre = at::randn({kTokens, kChannels});
    return centre;
}

std::vector<at::Tensor> clip_features() {
    std::vector<at::Tensor> frames;
    for (int i = 0; i < kFrames; ++i) {
        const at::Tensor scene = scene_frame(i * kEvents / kFrames);
        at::manual_seed(static_cast<std::uint64_t>(i));
        frames.push_back(scene + at::randn({kTokens, kChannels}) * 0.1);
    }
    return frames;
}

/// All frames as one event, as a clip without changes of scene is; the frames are merged before.
std::vector<double> event_seconds(model::ClusterConfig config,
                                  const std::vector<at::Tensor>& frames, int runs,
                                  const base::StopToken& stop) {
    config.temporal_rate = 1.0 / static_cast<double>(frames.size());
    std::vector<model::SpatialStages> merged;
    std::vector<at::Tensor> vectors;
    for (const at::Tensor& frame : frames) {
        merged.push_back(model::merge_spatial(config, frame));
        vectors.push_back(model::mean_token(frame));
    }
    const at::Tensor all = at::stack(vectors);
    return measure_seconds(runs, stop, [&] { model::merge_video(config, merged, all); });
}

std::string sample_clip() {
    return (base::resources_folder() / "samples" / "drive.mp4").string();
}

double frames_of(const std::string& path, bool prepares, const base::StopToken& stop) {
    const media::FrameSampling sampling;
    double frames = 0;
    if (!prepares) {
        media::VideoReader reader(path, sampling);
        while (reader.next(stop)) ++frames;
        return frames;
    }
    session::FramePipeline pipeline(path, {sampling, {}, media::Reading::People},
                                    session::PictureStore(""), stop);
    while (true) {
        const auto batch = pipeline.next_batch(model::kFramesAtOnce);
        if (batch.empty()) return frames;
        frames += static_cast<double>(batch.size());
    }
}

}  // namespace

void bench_vision(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    std::unique_ptr<model::UniviModel> loaded;
    std::unique_ptr<model::VisionTower> random;
    std::string name = "vit-l-14";
    model::ModelConfig config;
    model::PlacementOptions placement;
    if (options.shape.empty()) {
        const model::LoadOptions load = session::load_options(options.engine, {}, stop);
        name = load.model.filename().string();
        loaded = model::UniviModel::load(load);
        config = loaded->config();
        placement = loaded->language().placement();
    } else {
        placement.device = model::open_device(options.engine.device);
        model::set_precision(placement, options.engine.dtype, {});
        random = random_tower(placement);
    }
    const model::VisionTower& tower = random ? *random : *loaded->vision();
    const int size = tower.config().image_size, layers = tower.config().num_layers - 1;
    const c10::Device device = placement.device;
    const at::Tensor pixels = at::randn({kPictures, 3, size, size}).to(device);
    Figure figure = cpu_figure("vision", name, model::precision_name(placement), "pictures/s");
    figure.device = device.str();
    const auto type = placement.quantize_tower ? c10::kChar : placement.compute_dtype;
    const double before = matrix_peak(type, device);
    const auto values = measure_rate(options.runs, stop, [&] {
        tower.forward(pixels, config.select_layer, config.select_patch);
        wait_for(device);
        return double{kPictures};
    });
    figure.limit = std::max(before, matrix_peak(type, device)) / tower_work(tower.config(), layers);
    figure.limit_is = "matrix products";
    report(summed_up(figure, values));
}

void bench_cluster(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    const model::ClusterConfig config;
    const c10::Device device = model::open_device(options.engine.device);
    const at::Tensor picture = scene_frame(0).to(device);
    const double peak = matrix_peak(c10::kFloat, device);
    Figure figure = cpu_figure("cluster", "picture 256x1024", "fp32", "s");
    figure.device = device.str();
    figure.limit = merging_work(kTokens) / peak;
    figure.limit_is = "matrix products of the distances";
    report(summed_up(figure, measure_seconds(options.runs, stop,
                                             [&] { model::merge_spatial(config, picture); })));
    auto frames = clip_features();
    for (at::Tensor& frame : frames) frame = frame.to(device);
    const at::Tensor all = at::stack(frames);
    figure.shape = "64 frames of 4 scenes";
    figure.limit =
        (kFrames * merging_work(kTokens) + kEvents * event_work(double{kFrames} / kEvents)) / peak;
    report(summed_up(figure, measure_seconds(options.runs, stop, [&] {
                         model::VisualMerger merger(config);
                         for (const at::Tensor& batch : all.split(model::kFramesAtOnceWatched))
                             merger.add_frames(batch);
                         merger.finish();
                     })));
    figure.shape = "one event of 64 frames";
    figure.limit = event_work(kFrames) / peak;
    report(summed_up(figure, event_seconds(config, frames, options.runs, stop)));
}

void bench_video(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    const std::string path = options.video.empty() ? sample_clip() : options.video;
    Figure figure =
        cpu_figure("video", std::filesystem::path(path).filename().string(), "8 bit", "frames/s");
    const auto decoded =
        measure_rate(options.runs, stop, [&] { return frames_of(path, false, stop); });
    const auto values =
        measure_rate(options.runs, stop, [&] { return frames_of(path, true, stop); });
    figure.limit = *std::max_element(decoded.begin(), decoded.end());
    figure.limit_is = "decoding alone";
    report(summed_up(figure, values));
}

}  // namespace univi::bench
