#include "core/session/medium_encoder.h"

#include <ATen/ops/stack.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/base/error.h"
#include "core/base/trace.h"
#include "core/media/image_file.h"
#include "core/model/staging.h"
#include "core/session/frame_pipeline.h"
#include "core/session/group_tables.h"

namespace univi::session {

namespace {

constexpr auto kGroupsInterval = std::chrono::milliseconds(250);

/// The random terms of one call's three stages; empty unless all three are given. `row`: the frame
/// of a [T,n] tensor.
std::vector<at::Tensor> stage_noise(EncodingProbe* probe, const std::string& prefix,
                                    std::int64_t row) {
    std::vector<at::Tensor> out;
    for (int s = 0; probe && s < 3; ++s) {
        const auto noise = probe->token_noise(prefix + "ctm" + std::to_string(s));
        if (!noise) return {};
        out.push_back(noise->dim() == 2 && noise->size(0) > row ? noise->select(0, row)
                                                                : noise->reshape({-1}));
    }
    return out;
}

model::ClusterNoise video_noise(EncodingProbe* probe) {
    model::ClusterNoise noise;
    if (!probe) return noise;
    noise.frame = probe->frame_noise();
    for (int event = 0;; ++event) {
        const auto stages = stage_noise(probe, "event" + std::to_string(event) + "/", 0);
        if (stages.empty()) return noise;
        noise.token.insert(noise.token.end(), stages.begin(), stages.end());
    }
}

/// One medium on its way through the model: what a picture and a video have in common.
class Encoding {
  public:
    Encoding(const model::UniviModel& model, const MediumEncoder::Options& options,
             const MediumRequest& request, const EncodingObserver& observer, EncodingProbe* probe)
        : model_(model),
          options_(options),
          request_(request),
          observer_(observer),
          probe_(probe),
          merger_(model.config().cluster) {}

  protected:
    void start_groups(bool is_video, const ShownPicture& shown) {
        groups_.source = request_.path;
        groups_.is_video = is_video;
        if (is_video) groups_.clip = request_.clip;
        groups_.grid = model_.vision()->config().grid_size();
        groups_.picture_width = shown.width;
        groups_.picture_height = shown.height;
        groups_.crop = shown.crop;
    }

    /// pixels [t,3,S,S] -> features [t,N,C].
    at::Tensor features_of(const at::Tensor& pixels) const {
        const base::TraceSpan span("vision tower", std::to_string(pixels.size(0)) + " frames");
        at::Tensor features = model_.features(pixels);
        if (probe_) probe_->on_features(pixels, features);
        return features;
    }

    /// A frame that is merged: where it stands in its medium, and what people see of it.
    struct Place {
        int index;
        double time_s;
        const ShownPicture& shown;
    };

    /// Merges the next frames, features [t,N,C]: all at once, unless each has noise of its own.
    void add_frames(const at::Tensor& features, const std::vector<Place>& places) {
        const base::TraceSpan span("merge tokens of frames",
                                   std::to_string(places.size()) + " frames");
        const auto note = [&](std::size_t f, const model::SpatialStages& stages) {
            groups_.frames.push_back(
                {places[f].index, places[f].time_s, places[f].shown.file, frame_groups(stages)});
        };
        if (stage_noise(probe_, "", merger_.num_frames()).empty()) {
            const auto merged = merger_.add_frames(features);
            for (std::size_t f = 0; f < places.size(); ++f) note(f, merged[f]);
            return;
        }
        for (std::size_t f = 0; f < places.size(); ++f)
            note(f, merger_.add(features[static_cast<std::int64_t>(f)],
                                stage_noise(probe_, "", merger_.num_frames())));
    }

    c10::Device tower_device() const { return model_.language().placement().device; }

    void report_progress(int decoded, int encoded, int total) const {
        if (observer_.on_progress) observer_.on_progress({request_.path, decoded, encoded, total});
    }
    void report_groups() const {
        if (observer_.on_groups) observer_.on_groups(groups_);
    }

    EncodedMedium encoded(int placeholders, const model::VisualEncoding& encoding) {
        const base::TraceSpan span("project");
        if (probe_) probe_->on_encoding(encoding);
        return {{},
                next_medium_serial(),
                placeholders,
                model_.project(encoding.tokens),
                std::move(groups_)};
    }

    const model::UniviModel& model_;
    const MediumEncoder::Options& options_;
    const MediumRequest& request_;
    const EncodingObserver& observer_;
    EncodingProbe* probe_;
    model::VisualMerger merger_;
    protocol::TokenGroups groups_;
};

class PictureEncoding : Encoding {
  public:
    using Encoding::Encoding;

    EncodedMedium run(const base::StopToken& stop) {
        report_progress(0, 0, 1);
        media::ImageOptions reading;
        reading.reading = options_.reading;
        const auto [shown, pixels] = read(reading);
        report_progress(1, 0, 1);
        base::throw_if_stopped(stop, "encoding a picture");
        const at::Tensor features = features_of(pixels);  // [1,N,C]
        base::throw_if_stopped(stop, "encoding a picture");
        start_groups(false, shown);
        add_frames(features, {{0, 0, shown}});
        const model::VisualEncoding encoding = merger_.finish();
        groups_.complete = true;
        report_progress(1, 1, 1);
        report_groups();
        return encoded(1, encoding);
    }

  private:
    std::pair<ShownPicture, at::Tensor> read(const media::ImageOptions& reading) const {
        const base::TraceSpan span("read picture");
        const media::Image image = media::read_image(request_.path, reading);
        return {options_.pictures.show(image, options_.preprocess, request_.path),
                pixels_of(image)};
    }

    /// -> [1,3,S,S]
    at::Tensor pixels_of(const media::Image& image) const {
        const media::Image crop = media::resize_and_crop(image, options_.preprocess);
        at::Tensor pixels = model::staging_memory({1, 3, crop.height, crop.width}, tower_device());
        media::normalize(crop, options_.preprocess,
                         {pixels.data_ptr<float>(), static_cast<std::size_t>(pixels.numel())});
        return pixels;
    }
};

media::FrameSampling sampling_of(const MediumRequest& request) {
    media::FrameSampling sampling;
    sampling.max_frames = request.clip.frames.value_or(request.max_frames);
    sampling.start_s = request.clip.start_s;
    sampling.end_s = request.clip.end_s;
    sampling.exact_range = true;
    sampling.spread = request.clip.frames.has_value();
    return sampling;
}

class VideoEncoding : Encoding {
  public:
    using Encoding::Encoding;

    EncodedMedium run(const base::StopToken& stop) {
        FramePipeline pipeline(request_.path,
                               {sampling_of(request_), options_.preprocess, options_.reading},
                               options_.pictures, stop);
        report(pipeline, pipeline.frames_total());
        const auto next = [&] { return pipeline.next_batch(model::kFramesAtOnceWatched); };
        for (auto batch = next(); !batch.empty(); batch = next()) {
            encode_batch(batch);
            base::throw_if_stopped(stop, "encoding a video");
            report(pipeline, pipeline.frames_total());
            report_partial_groups();
        }
        if (merger_.num_frames() == 0)
            throw base::Error(base::ErrorKind::Media,
                              "The video " + request_.path +
                                  " has no frame that can be read: choose another file.");
        report(pipeline, pipeline.frames_decoded());  // lost frames are no longer waited for
        const media::VideoDamage damage = pipeline.damage();
        groups_.frames_lost = damage.frames_lost;
        groups_.frames_in_file = damage.frames_total;
        return finish();
    }

  private:
    /// -> [t,N,C]
    at::Tensor features_of_frames(const std::vector<const PreparedFrame*>& frames) const {
        const int side = options_.preprocess.crop_size;
        at::Tensor pixels = model::staging_memory(
            {static_cast<std::int64_t>(frames.size()), 3, side, side}, tower_device());
        for (std::size_t f = 0; f < frames.size(); ++f)
            std::ranges::copy(frames[f]->pixels,
                              pixels[static_cast<std::int64_t>(f)].data_ptr<float>());
        return features_of(pixels);
    }

    /// The same of frames of which the memory may know some; only the others cost. -> [t,N,C]
    at::Tensor remembered_features(const std::vector<PreparedFrame>& batch,
                                   FrameMemory& memory) const {
        std::vector<std::string> names;
        std::vector<at::Tensor> features;
        std::vector<const PreparedFrame*> unknown;
        for (const PreparedFrame& frame : batch) {
            names.push_back(FrameMemory::name_of(frame.pixels));
            features.push_back(memory.find(names.back()));
            if (!features.back().defined()) unknown.push_back(&frame);
        }
        const at::Tensor made = unknown.empty() ? at::Tensor() : features_of_frames(unknown);
        std::int64_t next = 0;
        for (std::size_t f = 0; f < batch.size(); ++f) {
            if (features[f].defined()) continue;
            features[f] = made[next++];
            memory.keep(names[f], features[f]);
        }
        return at::stack(features);
    }

    void encode_batch(const std::vector<PreparedFrame>& batch) {
        std::vector<const PreparedFrame*> all;
        all.reserve(batch.size());
        for (const PreparedFrame& frame : batch) all.push_back(&frame);
        const at::Tensor features = request_.passing && options_.memory
                                        ? remembered_features(batch, *options_.memory)
                                        : features_of_frames(all);  // [t,N,C]
        if (groups_.frames.empty()) start_groups(true, batch.front().shown);
        std::vector<Place> places;
        for (const PreparedFrame& frame : batch)
            places.push_back({frame.index, frame.time_s, frame.shown});
        add_frames(features, places);
    }

    void report(const FramePipeline& pipeline, int total) const {
        report_progress(pipeline.frames_decoded(), merger_.num_frames(), total);
    }

    void report_partial_groups() {
        const auto now = std::chrono::steady_clock::now();
        if (last_report_ && now - *last_report_ < kGroupsInterval) return;
        last_report_ = now;
        report_groups();
    }

    EncodedMedium finish() {
        const int frames = merger_.num_frames();
        const model::VisualEncoding encoding = [&] {
            const base::TraceSpan span("merge tokens of events");
            return merger_.finish(video_noise(probe_));
        }();
        add_events(groups_, encoding);
        groups_.complete = true;
        report_groups();
        return encoded(frames, encoding);
    }

    std::optional<std::chrono::steady_clock::time_point> last_report_;
};

}  // namespace

MediumEncoder::MediumEncoder(const model::UniviModel& model, Options options)
    : model_(model), options_(std::move(options)) {}

std::shared_ptr<const EncodedMedium> MediumEncoder::encode(const MediumRequest& request,
                                                           const EncodingObserver& observer,
                                                           const base::StopToken& stop,
                                                           EncodingProbe* probe) const {
    if (!model_.vision())
        throw base::Error(base::ErrorKind::Model,
                          "The model has no vision tower: name its folder with --vision-tower.");
    const MediumKind kind = resolve_kind(request);
    const MediumKey key = medium_key(request, kind);
    EncodedMedium medium =
        kind == MediumKind::Video
            ? VideoEncoding(model_, options_, request, observer, probe).run(stop)
            : PictureEncoding(model_, options_, request, observer, probe).run(stop);
    medium.key = key;
    return std::make_shared<const EncodedMedium>(std::move(medium));
}

}  // namespace univi::session
