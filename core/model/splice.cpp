#include "core/base/error.h"
#include "core/model/univi_model.h"

namespace univi::model {
namespace {

constexpr std::int32_t kImagePlaceholder = -200;  // IMAGE_TOKEN_INDEX of the reference
constexpr std::int32_t kIgnored = -100;

/// A stretch of the spliced sequence: ids begin..end-1, or all tokens of a medium.
struct Piece {
    std::size_t begin = 0, end = 0;
    int medium = -1;
    bool labeled = true;
};

/// One run of adjacent placeholders and the media that fill it.
struct Run {
    std::size_t begin = 0, end = 0;
    std::vector<int> media;
};

[[noreturn]] void mismatch(std::size_t placeholders, const std::vector<MediaTokens>& media) {
    throw base::Error(base::ErrorKind::Model, "The prompt has " + std::to_string(placeholders) +
                                                  " picture placeholders that do not match its " +
                                                  std::to_string(media.size()) +
                                                  " pictures and videos.");
}

std::vector<Run> find_runs(const std::vector<std::int32_t>& ids,
                           const std::vector<MediaTokens>& media) {
    const auto placeholders =
        static_cast<std::size_t>(std::count(ids.begin(), ids.end(), kImagePlaceholder));
    std::vector<Run> runs;
    std::size_t next = 0;
    for (std::size_t i = 0; i < ids.size();) {
        if (ids[i] != kImagePlaceholder) {
            ++i;
            continue;
        }
        Run run{i, i, {}};
        while (run.end < ids.size() && ids[run.end] == kImagePlaceholder) ++run.end;
        // Media in order fill the run exactly; one may not reach over its end.
        for (std::size_t filled = run.begin; filled < run.end; ++next) {
            if (next >= media.size() || media[next].placeholders < 1) mismatch(placeholders, media);
            filled += static_cast<std::size_t>(media[next].placeholders);
            if (filled > run.end) mismatch(placeholders, media);
            run.media.push_back(static_cast<int>(next));
        }
        i = run.end;
        runs.push_back(std::move(run));
    }
    if (next != media.size()) mismatch(placeholders, media);
    return runs;
}

void add_media(const Run& run, std::vector<Piece>& pieces) {
    for (int medium : run.media) pieces.push_back({0, 0, medium, false});
}

std::vector<Piece> interleaved(const std::vector<Run>& runs, std::size_t length) {
    std::vector<Piece> pieces;
    std::size_t text = 0;
    for (const Run& run : runs) {
        pieces.push_back({text, run.begin, -1, true});
        add_media(run, pieces);
        text = run.end;
    }
    pieces.push_back({text, length, -1, true});
    return pieces;
}

/// The text before the first run before every run, the text after the last run once; text between
/// runs is dropped.
std::vector<Piece> as_reference(const std::vector<Run>& runs, std::size_t length) {
    if (runs.empty()) return {{0, length, -1, true}};
    std::vector<Piece> pieces;
    for (const Run& run : runs) {
        pieces.push_back({0, runs.front().begin, -1, &run == &runs.front()});
        add_media(run, pieces);
    }
    pieces.push_back({runs.back().end, length, -1, true});
    return pieces;
}

void append_text(const LanguageModel& language, const std::vector<std::int32_t>& ids,
                 const Piece& piece, const std::vector<std::int32_t>* labels,
                 std::vector<at::Tensor>& parts, SplicedInput& out) {
    if (piece.begin == piece.end) return;
    const std::vector<std::int64_t> wide(ids.begin() + piece.begin, ids.begin() + piece.end);
    parts.push_back(language.embed(at::tensor(wide, c10::kLong)));
    out.origin.insert(out.origin.end(), wide.begin(), wide.end());
    if (!labels) return;
    if (piece.labeled)
        out.labels.insert(out.labels.end(), labels->begin() + piece.begin,
                          labels->begin() + piece.end);
    else
        out.labels.insert(out.labels.end(), wide.size(), kIgnored);
}

void append_medium(const LanguageModel& language, const MediaTokens& medium, int index,
                   bool with_labels, std::vector<at::Tensor>& parts, SplicedInput& out) {
    if (medium.tokens.dim() != 2 || medium.tokens.size(1) != language.config().hidden_size)
        throw base::Error(base::ErrorKind::Internal,
                          "visual tokens do not have the language model's width");
    parts.push_back(
        medium.tokens.to(language.placement().device, language.placement().compute_dtype));
    const auto count = static_cast<std::size_t>(medium.tokens.size(0));
    out.origin.insert(out.origin.end(), count, -1 - index);
    if (with_labels) out.labels.insert(out.labels.end(), count, kIgnored);
}

}  // namespace

SplicedInput splice(const LanguageModel& language, const std::vector<std::int32_t>& input_ids,
                    const std::vector<MediaTokens>& media, Placement placement,
                    const std::vector<std::int32_t>* labels) {
    if (labels && labels->size() != input_ids.size())
        throw base::Error(base::ErrorKind::Internal, "labels and ids of a sample differ in length");
    const std::vector<Run> runs = find_runs(input_ids, media);
    SplicedInput out;
    std::vector<at::Tensor> parts;
    for (const Piece& piece : placement == Placement::Interleaved
                                  ? interleaved(runs, input_ids.size())
                                  : as_reference(runs, input_ids.size())) {
        if (piece.medium < 0)
            append_text(language, input_ids, piece, labels, parts, out);
        else
            append_medium(language, media[piece.medium], piece.medium, labels != nullptr, parts,
                          out);
    }
    if (parts.empty())
        throw base::Error(base::ErrorKind::Internal, "an empty prompt cannot be answered");
    out.embeds = at::cat(parts, 0);
    return out;
}

}  // namespace univi::model
