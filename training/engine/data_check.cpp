#include "training/engine/data_check.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/media/image_file.h"
#include "core/media/video.h"
#include "core/text/conversation_template.h"
#include "training/data/parallel_items.h"
#include "training/data/sample_text.h"
#include "training/engine/run_setup.h"

namespace univi::training {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

/// FNV-1a, eight bytes a value: enough to find what came before.
std::uint64_t hash(std::uint64_t seed, std::string_view text) {
    for (const unsigned char c : text) seed = (seed ^ c) * 0x100000001b3ULL;
    return (seed ^ 0xffU) * 0x100000001b3ULL;
}

constexpr std::uint64_t kSeed = 0xcbf29ce484222325ULL;

std::uint64_t content_hash(const DataItem& item) {
    std::uint64_t value = kSeed;
    for (const auto& name : item.names) value = hash(value, name);
    for (const auto& message : item.messages)
        value = hash(hash(value, message.from), message.value);
    return value;
}

std::int64_t count_repeated(std::vector<std::uint64_t> values) {
    std::sort(values.begin(), values.end());
    std::int64_t repeated = 0;
    for (std::size_t i = 1; i < values.size(); ++i) repeated += values[i] == values[i - 1];
    return repeated;
}

/// What is known of a medium's file: frames, or the sentence that says what is wrong.
struct MediumState {
    int frames = 1;          ///< that training shows
    int frames_in_file = 1;  ///< of a video
    std::string error;
    std::string damage;  ///< of a video that can be read in part
};

/// Looks at each file once: published data sets show a picture in several items.
class MediaCheck {
  public:
    explicit MediaCheck(const TrainOptions& options) : options_(options) {}

    MediumState look(const fs::path& file, bool is_video) {
        const std::uint64_t key = hash(kSeed + (is_video ? 1 : 0), file.native());
        {
            const std::lock_guard lock(mutex_);
            const auto known = known_.find(key);
            if (known != known_.end()) return known->second;
        }
        const MediumState state = is_video ? look_at_video(file) : look_at_picture(file);
        const std::lock_guard lock(mutex_);
        if (known_.size() < kMostKnown) known_[key] = state;
        return state;
    }

  private:
    static constexpr std::size_t kMostKnown = 1'000'000;

    bool decodes() const { return options_.check_media == MediaLook::Decode; }

    MediumState look_at_picture(const fs::path& file) const {
        MediumState state;
        if (!decodes()) return state;
        try {
            media::read_image(file, {.reading = media::Reading::Reference});
        } catch (const base::Error& error) {
            state.error = error.what();
        }
        return state;
    }

    MediumState look_at_video(const fs::path& file) const {
        MediumState state;
        try {
            media::FrameSampling sampling;
            sampling.max_frames = static_cast<int>(options_.max_frames);
            media::VideoReader reader(file, sampling, media::Reading::Reference);
            state.frames = static_cast<int>(reader.sampled_indices().size());
            state.frames_in_file = reader.info().num_frames;
            // Opening it has read its index and first frame; of a whole file that is all.
            if (!decodes() && !reader.damage().any()) return state;
            int decoded = 0;
            while (reader.next()) ++decoded;
            if (decodes()) state.frames = decoded;
            if (const media::VideoDamage damage = reader.damage(); damage.any())
                state.damage = file.string() + " is damaged: " + damage.sentence() +
                               "; training reads the others.";
        } catch (const base::Error& error) {
            state.error = error.what();
        }
        return state;
    }

    const TrainOptions& options_;
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, MediumState> known_;
};

/// What one item adds to the report.
struct ItemResult {
    DataItem::Media media = DataItem::Media::None;
    DataItem::Form form;
    std::int64_t pictures = 0, frames = 0, frames_in_videos = 0, length = -1, kept = 0, trained = 0;
    std::vector<std::pair<DataProblem, std::string>> problems;  ///< what follows the item's name
    std::string name;                                           ///< set when there are problems
};

class Examination {
  public:
    Examination(const Dataset& dataset, const text::Tokenizer& tokenizer,
                const TrainOptions& options, const CheckListener& listener)
        : dataset_(dataset),
          tokenizer_(tokenizer),
          options_(options),
          listener_(listener),
          rules_{text::find_template(options.version), options.model_max_length},
          media_(options),
          ids_(dataset.size()),
          contents_(dataset.size()) {
        report_.opens_media = options.check_media == MediaLook::Decode;
        report_.max_frames = options.max_frames;
        for (std::size_t i = 0; i < ids_.size(); ++i) ids_[i] = contents_[i] = hash(i, "none");
        lengths_.assign(static_cast<std::size_t>(kLongest) + 1, 0);
        for (std::size_t i = 0; i < dataset.sources().size(); ++i)
            report_.sources.push_back(
                {dataset.sources()[i].chat_path.string(), 0, 0, dataset.is_json_lines(i)});
    }

    void look_at(std::size_t index) {
        ItemResult result;
        try {
            const DataItem item = dataset_.item(index);
            if (!item.id.empty()) ids_[index] = hash(kSeed, item.id);
            contents_[index] = content_hash(item);
            look_at_item(item, result);
            // Counting lines reads the list: only an item to be named costs that.
            if (!result.problems.empty()) result.name = dataset_.describe(item);
        } catch (const ItemError& error) {
            result.name = error.name();
            result.problems.emplace_back(problem_of(error.fault()),
                                         std::string(error.what()).substr(result.name.size()));
        }
        add(index, result);
    }

    DataReport finish() {
        report_.repeated_ids = count_repeated(std::move(ids_));
        report_.repeated_items = count_repeated(std::move(contents_));
        std::stable_sort(report_.findings.begin(), report_.findings.end(),
                         [](const auto& a, const auto& b) { return a.item < b.item; });
        measure_lengths();
        return std::move(report_);
    }

  private:
    static constexpr std::int64_t kLongest = 1 << 17;  // longer samples are counted as this long

    static DataProblem problem_of(ItemError::Fault fault) {
        switch (fault) {
            case ItemError::Fault::Json:
                return DataProblem::BrokenJson;
            case ItemError::Fault::Placeholders:
                return DataProblem::Placeholders;
            case ItemError::Fault::AbsolutePath:
                return DataProblem::AbsoluteMedium;
            default:
                return DataProblem::BadItem;
        }
    }

    void look_at_item(const DataItem& item, ItemResult& result) {
        result.form = item.form;
        const bool has_media = shows_media(item);
        if (!item.names.empty() && !has_media)
            result.problems.emplace_back(DataProblem::UnusedMedium,
                                         " names media that no placeholder shows.");
        result.media = has_media ? item.media : DataItem::Media::None;
        FoundMedia found;
        if (has_media) found = look_at_media(item, result);
        try {
            look_at_text(judge(item, tokenizer_, rules_, found), result);
        } catch (const base::Error& error) {
            if (error.kind() != base::ErrorKind::Format) throw;
            result.problems.emplace_back(DataProblem::BadItem, std::string(": ") + error.what());
        }
    }

    FoundMedia look_at_media(const DataItem& item, ItemResult& result) {
        const bool is_video = item.media == DataItem::Media::Video;
        FoundMedia found;
        int frames_in_file = 1;
        for (const std::string& name : item.names) {
            const fs::path file = dataset_.find_medium(item, name);
            if (file.empty()) {
                found.is_missing = true;
                result.problems.emplace_back(DataProblem::MissingMedium,
                                             ": " + Dataset::missing_medium(name) + ".");
                continue;
            }
            const MediumState state = media_.look(file, is_video);
            found.is_missing |= !state.error.empty();
            if (!state.error.empty())
                result.problems.emplace_back(DataProblem::BrokenMedium, ": " + state.error);
            else
                found.frames = state.frames, frames_in_file = state.frames_in_file;
            if (!state.damage.empty())
                result.problems.emplace_back(DataProblem::DamagedMedium, ": " + state.damage);
        }
        result.pictures = is_video ? 0 : static_cast<std::int64_t>(item.names.size());
        result.frames = is_video ? found.frames : 0;
        result.frames_in_videos = is_video ? frames_in_file : 0;
        return found;
    }

    void look_at_text(const SampleText& text, ItemResult& result) {
        const auto length = static_cast<std::int64_t>(text.ids.size());
        result.length = length;
        result.kept = text.kept;
        result.trained = text.learned();
        if (text.kept == length && text.label_count > 0 && !text.cuts_media) return;
        const std::string tokens = " has " + std::to_string(length) +
                                   " tokens, --model_max_length is " +
                                   std::to_string(options_.model_max_length);
        if (text.cuts_media)
            result.problems.emplace_back(DataProblem::PicturesCutOff,
                                         tokens + ": a picture is cut off, so it has no loss.");
        else if (text.kept < length)
            result.problems.emplace_back(DataProblem::TooLong, tokens + ": its end is cut.");
        if (!text.cuts_media && text.label_count == 0)
            result.problems.emplace_back(
                DataProblem::NoLoss,
                text.mismatch
                    ? ": the lengths of its rounds do not add up, so all its labels are ignored."
                    : " has no word to learn: all its labels are ignored.");
    }

    void add(std::size_t index, const ItemResult& result) {
        const std::lock_guard lock(mutex_);
        DataReport& report = report_;
        auto& source = report.sources[dataset_.source_of(index)];
        ++report.items, ++source.items;
        const bool is_read = result.length >= 0;
        report.text_only += is_read && result.media == DataItem::Media::None;
        report.with_pictures += is_read && result.media == DataItem::Media::Pictures;
        report.with_video += is_read && result.media == DataItem::Media::Video;
        report.videos += is_read && result.media == DataItem::Media::Video;
        report.forms.chat_roles += result.form.chat_roles;
        report.forms.chat_keys += result.form.chat_keys;
        report.forms.system += result.form.system;
        report.pictures += result.pictures, report.frames += result.frames;
        report.frames_in_videos += result.frames_in_videos;
        report.tokens += result.kept, report.trained_tokens += result.trained;
        if (is_read) ++lengths_[static_cast<std::size_t>(std::min(result.length, kLongest))];
        std::array<bool, protocol::kDataProblems> seen{};
        bool has_fault = false;
        for (const auto& [problem, rest] : result.problems) {
            const auto kind = static_cast<std::size_t>(problem);
            has_fault |= is_fault(problem);
            if (!seen[kind]) ++report.counts[kind];
            seen[kind] = true;
            keep_finding(index, problem, result.name, rest);
        }
        source.faults += has_fault;
        tell_progress();
    }

    void keep_finding(std::size_t index, DataProblem problem, const std::string& name,
                      const std::string& rest) {
        auto& kept = kept_[static_cast<std::size_t>(problem)];
        if (kept >= protocol::kMaxFindings) return;
        ++kept;
        const Dataset::Place place = dataset_.place_of(index);
        const std::size_t begin = rest.find_first_not_of(":, ");
        report_.findings.push_back({problem, static_cast<std::int64_t>(index), place.list.string(),
                                    place.line, begin == rest.npos ? "" : rest.substr(begin),
                                    name + rest});
    }

    void tell_progress() {
        if (!listener_ || Clock::now() - told_ < std::chrono::seconds(1)) return;
        told_ = Clock::now();
        listener_(report_.items, static_cast<std::int64_t>(dataset_.size()));
    }

    /// Length below which `share` of the read items lie.
    std::int64_t quantile(double share, std::int64_t read) const {
        std::int64_t below = 0;
        for (std::size_t length = 0; length < lengths_.size(); ++length) {
            below += lengths_[length];
            if (below > 0 && static_cast<double>(below) >= share * static_cast<double>(read))
                return static_cast<std::int64_t>(length);
        }
        return 0;
    }

    void measure_lengths() {
        std::int64_t read = 0;
        for (std::size_t length = 0; length < lengths_.size(); ++length) {
            if (lengths_[length] == 0) continue;
            read += lengths_[length];
            const std::size_t bar = length / static_cast<std::size_t>(DataReport::kBucket);
            if (report_.lengths.histogram.size() <= bar)
                report_.lengths.histogram.resize(bar + 1, 0);
            report_.lengths.histogram[bar] += lengths_[length];
        }
        report_.lengths.shortest = quantile(0, read);
        report_.lengths.median = quantile(0.5, read);
        report_.lengths.percentile95 = quantile(0.95, read);
        report_.lengths.longest = quantile(1, read);
    }

    const Dataset& dataset_;
    const text::Tokenizer& tokenizer_;
    const TrainOptions& options_;
    const CheckListener& listener_;
    SampleRules rules_;
    MediaCheck media_;
    std::vector<std::uint64_t> ids_, contents_;
    std::vector<std::int64_t> lengths_;  ///< items of each token length
    std::mutex mutex_;
    DataReport report_;
    std::array<std::size_t, protocol::kDataProblems> kept_{};
    Clock::time_point told_ = Clock::now();
};

}  // namespace

DataReport check_data(const Dataset& dataset, const text::Tokenizer& tokenizer,
                      const TrainOptions& options, const base::StopToken& stop,
                      const CheckListener& listener) {
    Examination examination(dataset, tokenizer, options, listener);
    for_each_item(dataset.size(), base::choose_threads(options.threads), stop, "checking the data",
                  [&](std::size_t i) { examination.look_at(i); });
    return examination.finish();
}

}  // namespace univi::training
