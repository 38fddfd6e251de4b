#include "core/session/medium.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "core/base/error.h"
#include "core/media/image_file.h"
#include "core/media/video.h"
#include "core/model/placement.h"
#include "core/session/frame_pipeline.h"
#include "core/session/group_tables.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

constexpr auto kGroupsInterval = std::chrono::milliseconds(250);

bool has_video_name(const fs::path& path) {
    static constexpr const char* kNames[] = {".mp4", ".avi", ".mov",  ".mkv", ".webm",
                                             ".m4v", ".mpg", ".mpeg", ".wmv", ".flv",
                                             ".ts",  ".3gp", ".ogv"};
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    return std::ranges::find(kNames, extension) != std::end(kNames);
}

media::Reading reading_of(const Engine::Impl& engine) {
    return engine.options.reads_as_reference ? media::Reading::Reference : media::Reading::People;
}

protocol::TokenGroups empty_groups(const Engine::Impl& engine, const MediumRequest& request,
                                   bool is_video, const ShownPicture& shown) {
    protocol::TokenGroups groups;
    groups.medium = request.index;
    groups.source = request.path;
    groups.is_video = is_video;
    groups.grid = engine.model->vision()->config().grid_size();
    groups.picture_width = shown.width;
    groups.picture_height = shown.height;
    groups.crop = shown.crop;
    return groups;
}

/// The random terms of one call's three stages, or none unless all are given. `row`: the frame of
/// a [T,n] tensor.
std::vector<at::Tensor> stage_noise(const MediumRecord* record, const std::string& prefix,
                                    std::int64_t row) {
    std::vector<at::Tensor> out;
    for (int s = 0; record && record->token_noise && s < 3; ++s) {
        const auto noise = record->token_noise(prefix + "ctm" + std::to_string(s));
        if (!noise) return {};
        out.push_back(noise->dim() == 2 && noise->size(0) > row ? noise->select(0, row)
                                                                : noise->reshape({-1}));
    }
    return out;
}

model::ClusterNoise video_noise(const MediumRecord* record) {
    model::ClusterNoise noise;
    if (!record) return noise;
    noise.frame = record->frame_noise;
    for (int event = 0;; ++event) {
        const auto stages = stage_noise(record, "event" + std::to_string(event) + "/", 0);
        if (stages.empty()) return noise;
        noise.token.insert(noise.token.end(), stages.begin(), stages.end());
    }
}

/// Collects the frames of one video while they pass.
class VideoEncoder {
  public:
    VideoEncoder(Engine::Impl& engine, const MediumRequest& request, const Observer& observer,
                 MediumRecord* record)
        : engine_(engine),
          request_(request),
          observer_(observer),
          record_(record),
          merger_(engine.model->config().cluster) {}

    EncodedMedium run(const base::StopToken& stop) {
        media::SamplingOptions sampling;
        sampling.max_frames = request_.max_frames;
        FramePipeline pipeline(request_.path, {sampling, engine_.preprocess, reading_of(engine_)},
                               PictureStore(engine_.options.picture_folder), stop);
        report_progress(pipeline, pipeline.frames_total());
        const auto next = [&] { return pipeline.next_batch(model::kFramesAtOnceWatched); };
        for (auto batch = next(); !batch.empty(); batch = next()) {
            encode_batch(batch);
            base::throw_if_stopped(stop, "encoding a video");
            report_progress(pipeline, pipeline.frames_total());
            report_partial_groups();
        }
        if (merger_.num_frames() == 0)
            throw base::Error(base::ErrorKind::Media,
                              "The video " + request_.path +
                                  " has no frame that can be read: choose another file.");
        // lost frames are no longer waited for
        report_progress(pipeline, pipeline.frames_decoded());
        const media::VideoDamage damage = pipeline.damage();
        groups_.frames_lost = damage.frames_lost;
        groups_.frames_in_file = damage.frames_total;
        return finish();
    }

  private:
    void encode_batch(const std::vector<PreparedFrame>& batch) {
        const int side = engine_.preprocess.crop_size;
        at::Tensor pixels = at::empty({static_cast<std::int64_t>(batch.size()), 3, side, side});
        for (std::size_t f = 0; f < batch.size(); ++f)
            std::ranges::copy(batch[f].pixels,
                              pixels[static_cast<std::int64_t>(f)].data_ptr<float>());
        const at::Tensor features = engine_.model->features(pixels);  // [t,N,C]
        if (record_) {
            record_->pixel_values.push_back(pixels);
            record_->features.push_back(features);
        }
        if (groups_.frames.empty())
            groups_ = empty_groups(engine_, request_, true, batch.front().shown);
        for (std::size_t f = 0; f < batch.size(); ++f)
            add_frame(batch[f], features[static_cast<std::int64_t>(f)]);
    }

    void add_frame(const PreparedFrame& frame, const at::Tensor& features) {
        const model::SpatialStages& stages =
            merger_.add(features, stage_noise(record_, "", merger_.num_frames()));
        groups_.frames.push_back(
            {frame.index, frame.time_s, frame.shown.file, frame_groups(stages)});
    }

    void report_progress(const FramePipeline& pipeline, int frames_total) const {
        if (observer_.on_media_progress)
            observer_.on_media_progress(
                {request_.path, pipeline.frames_decoded(), merger_.num_frames(), frames_total});
    }

    void report_partial_groups() {
        const auto now = std::chrono::steady_clock::now();
        if (!observer_.on_groups || (last_report_ && now - *last_report_ < kGroupsInterval)) return;
        last_report_ = now;
        observer_.on_groups(groups_);
    }

    EncodedMedium finish() {
        const int frames = merger_.num_frames();
        model::VisualEncoding encoding = merger_.finish(video_noise(record_));
        add_events(encoding);
        groups_.complete = true;
        if (observer_.on_groups) observer_.on_groups(groups_);
        EncodedMedium medium{{},
                             engine_.next_medium_serial++,
                             frames,
                             engine_.model->project(encoding.tokens),
                             std::move(groups_)};
        if (record_) record_->encoding = std::move(encoding);
        return medium;
    }

    void add_events(const model::VisualEncoding& encoding) {
        for (std::size_t e = 0; e < encoding.events.size(); ++e) {
            std::vector<const std::array<protocol::StageGroups, 3>*> frames;
            for (const int frame : encoding.events[e])
                frames.push_back(&groups_.frames.at(frame).stages);
            groups_.events.push_back({encoding.events[e], {}});
            if (static_cast<int>(encoding.frames.size()) <= model::kLongestPictureRun)
                groups_.events.back().stages = *frames.front();
            else if (e < encoding.event_stages.size())
                groups_.events.back().stages = event_groups(encoding.event_stages[e], frames);
        }
        if (!encoding.temporal) return;
        groups_.frame_density = to_floats(encoding.temporal->density);
        groups_.frame_distance = to_floats(encoding.temporal->distance);
        groups_.event_centers = to_ints(encoding.temporal->centers);
    }

    Engine::Impl& engine_;
    const MediumRequest& request_;
    const Observer& observer_;
    MediumRecord* record_;
    model::VisualMerger merger_;
    protocol::TokenGroups groups_;
    std::optional<std::chrono::steady_clock::time_point> last_report_;
};

EncodedMedium encode_picture(Engine::Impl& engine, const MediumRequest& request,
                             const Observer& observer, const base::StopToken& stop,
                             MediumRecord* record) {
    const auto report = [&](int decoded, int encoded) {
        if (observer.on_media_progress)
            observer.on_media_progress({request.path, decoded, encoded, 1});
    };
    report(0, 0);
    media::ImageOptions options;
    options.reading = reading_of(engine);
    const media::Image image = media::read_image(request.path, options);
    const ShownPicture shown =
        PictureStore(engine.options.picture_folder).show(image, engine.preprocess, request.path);
    const media::Image crop = media::resize_and_crop(image, engine.preprocess);
    at::Tensor pixels = at::empty({1, 3, crop.height, crop.width});
    media::normalize(crop, engine.preprocess,
                     {pixels.data_ptr<float>(), static_cast<std::size_t>(pixels.numel())});
    report(1, 0);
    base::throw_if_stopped(stop, "encoding a picture");
    const at::Tensor features = engine.model->features(pixels);  // [1,N,C]
    base::throw_if_stopped(stop, "encoding a picture");
    model::VisualMerger merger(engine.model->config().cluster);
    merger.add(features[0], stage_noise(record, "", 0));
    model::VisualEncoding encoding = merger.finish();
    protocol::TokenGroups groups = empty_groups(engine, request, false, shown);
    groups.frames.push_back({0, 0, shown.file, frame_groups(encoding.frames.at(0))});
    groups.complete = true;
    report(1, 1);
    if (observer.on_groups) observer.on_groups(groups);
    EncodedMedium medium{{},
                         engine.next_medium_serial++,
                         1,
                         engine.model->project(encoding.tokens),
                         std::move(groups)};
    if (record) {
        record->pixel_values = {pixels};
        record->features = {features};
        record->encoding = std::move(encoding);
    }
    return medium;
}

}  // namespace

MediumKind resolve_kind(const MediumRequest& request) {
    std::error_code error;
    const auto status = fs::status(request.path, error);
    if (!fs::exists(status))
        throw base::Error(base::ErrorKind::File,
                          "The file " + request.path + " does not exist: check its name.");
    if (fs::is_directory(status))
        throw base::Error(base::ErrorKind::File,
                          request.path + " is a folder: name a picture or a video file inside it.");
    if (request.kind != MediumKind::Auto) return request.kind;
    return has_video_name(request.path) || media::is_video_file(request.path) ? MediumKind::Video
                                                                              : MediumKind::Picture;
}

MediumKey medium_key(const MediumRequest& request, MediumKind kind) {
    std::error_code error;
    MediumKey key;
    key.path = fs::weakly_canonical(request.path, error).string();
    key.modified = fs::last_write_time(request.path, error).time_since_epoch().count();
    key.size = static_cast<std::int64_t>(fs::file_size(request.path, error));
    key.max_frames = kind == MediumKind::Video ? request.max_frames : 0;
    return key;
}

EncodedMedium encode_medium(Engine::Impl& engine, const MediumRequest& request,
                            const Observer& observer, const base::StopToken& stop,
                            MediumRecord* record) {
    if (!engine.model->vision())
        throw base::Error(base::ErrorKind::Model,
                          "The model " + engine.info.folder +
                              " has no vision tower: name its folder with --vision-tower.");
    const MediumKind kind = resolve_kind(request);
    const MediumKey key = medium_key(request, kind);
    EncodedMedium medium = kind == MediumKind::Video
                               ? VideoEncoder(engine, request, observer, record).run(stop)
                               : encode_picture(engine, request, observer, stop, record);
    medium.key = key;
    return medium;
}

}  // namespace univi::session
