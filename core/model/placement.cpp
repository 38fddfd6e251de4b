#include "core/model/placement.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"

namespace univi::model {
namespace {

using Ids = std::span<const std::int32_t>;
using Media = std::span<const MediumRows>;

/// The adjacent placeholders [begin, end) and the media [first, last) that fill them.
struct Run {
    std::size_t begin = 0, end = 0;
    std::size_t first = 0, last = 0;
};

[[noreturn]] void mismatch(Ids ids, Media media) {
    throw base::Error(base::ErrorKind::Model,
                      "The prompt has " +
                          std::to_string(std::count(ids.begin(), ids.end(), kPlaceholder)) +
                          " picture placeholders that do not match its " +
                          std::to_string(media.size()) + " pictures and videos.");
}

std::vector<Run> find_runs(Ids ids, Media media) {
    std::vector<Run> runs;
    std::size_t next = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] != kPlaceholder) continue;
        Run run{i, i, next, next};
        while (run.end < ids.size() && ids[run.end] == kPlaceholder) ++run.end;
        // Media in order fill the run exactly; one may not reach over its end.
        for (std::size_t filled = run.begin; filled < run.end; ++next) {
            if (next >= media.size() || media[next].placeholders < 1) mismatch(ids, media);
            filled += static_cast<std::size_t>(media[next].placeholders);
            if (filled > run.end) mismatch(ids, media);
        }
        run.last = next;
        i = run.end - 1;
        runs.push_back(run);
    }
    if (next != media.size()) mismatch(ids, media);
    return runs;
}

/// Builds slots and labels, which reference order cuts independently of each other.
class Builder {
  public:
    Builder(Media media, Ids labels) : media_(media), labels_(labels) {}

    void add_text(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            placed_.slots.push_back({-1, static_cast<std::int64_t>(i)});
    }
    void add_labels(std::size_t begin, std::size_t end) {
        end = std::min(end, labels_.size());
        if (begin < end)
            placed_.labels.insert(placed_.labels.end(), labels_.begin() + begin,
                                  labels_.begin() + end);
    }
    /// The visual tokens of a run and what their labels are.
    void add_media(const Run& run) {
        const std::size_t before = placed_.slots.size();
        for (std::size_t medium = run.first; medium < run.last; ++medium)
            for (std::int64_t row = 0; row < media_[medium].rows; ++row)
                placed_.slots.push_back({static_cast<int>(medium), row});
        placed_.labels.insert(placed_.labels.end(), placed_.slots.size() - before, kNoLabel);
    }
    PlacedTokens take() {
        if (labels_.empty())
            placed_.labels.clear();
        else
            placed_.labels.resize(placed_.slots.size(), kNoLabel);
        return std::move(placed_);
    }

  private:
    Media media_;
    Ids labels_;
    PlacedTokens placed_;
};

void interleave(Builder& builder, const std::vector<Run>& runs, std::size_t length) {
    std::size_t begin = 0;
    for (const Run& run : runs) {
        builder.add_text(begin, run.begin);
        builder.add_labels(begin, run.begin);
        builder.add_media(run);
        begin = run.end;
    }
    builder.add_text(begin, length);
    builder.add_labels(begin, length);
}

void place_as_reference(Builder& builder, const std::vector<Run>& runs, std::size_t length) {
    const std::size_t head = runs.front().begin, tail = runs.back().end;
    std::size_t cut = 0;  // labels before this are used up
    for (const Run& run : runs) {
        builder.add_text(0, head);
        builder.add_labels(cut, cut + head);
        builder.add_media(run);
        cut += tail;
    }
    builder.add_text(tail, length);
    builder.add_labels(cut, length);
}

}  // namespace

PlacedTokens place_tokens(Ids ids, Media media, VisualOrder order, Ids labels) {
    if (!labels.empty() && labels.size() != ids.size())
        throw base::Error(base::ErrorKind::Internal, "labels and ids of a sample differ in length");
    const std::vector<Run> runs = find_runs(ids, media);
    Builder builder(media, labels);
    if (order == VisualOrder::Reference && runs.size() > 1)
        place_as_reference(builder, runs, ids.size());
    else
        interleave(builder, runs, ids.size());
    return builder.take();
}

}  // namespace univi::model
