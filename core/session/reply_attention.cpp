#include "core/session/reply_attention.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "core/protocol/attention_sinks.h"
#include "core/session/group_tables.h"
#include "core/session/reply_text.h"

namespace univi::session {

namespace {

constexpr std::int64_t kStretch = 48;  ///< positions whose scores are written out at a time
constexpr double kLeastShare = 0.02;   ///< of the attention; a sink below it is not worth a word
constexpr std::size_t kMostSinks = 8;

/// Tells of one token after the other, and counts what all of them look at.
class Teller {
  public:
    Teller(const ReplyReader& reader, const GivenReply& reply, const Observer& observer)
        : reader_(reader),
          reply_(reply),
          observer_(observer),
          text_(reader.tokenizer, *reply.prompt.conversation_template) {}

    /// `row` [length]: what the position before the next token pays.
    void tell(const at::Tensor& row) {
        const std::vector<float> shares = to_floats(row);
        sinks_.add(std::span(shares).first(reply_.prompt.tags.size()));
        const std::int32_t id = reply_.ids[told_++];
        if (observer_.on_token)
            observer_.on_token({text_.push(id), id, 0, visual_shares(reply_.prompt, shares)});
    }

    protocol::AttentionEvent finish() {
        const std::string rest = text_.stopped() ? std::string() : text_.finish();
        if (!rest.empty() && observer_.on_token) observer_.on_token({rest, 0, 0, {}});
        protocol::AttentionEvent out;
        for (const int position : sinks_.found())
            if (sinks_.mean(position) >= kLeastShare) out.sinks.push_back(sink_at(position));
        std::ranges::stable_sort(out.sinks, std::ranges::greater{},
                                 &protocol::AttentionSink::share);
        if (out.sinks.size() > kMostSinks) out.sinks.resize(kMostSinks);
        return out;
    }

  private:
    protocol::AttentionSink sink_at(int position) const {
        protocol::AttentionSink sink;
        sink.share = sinks_.mean(position);
        const auto& media = reply_.prompt.positions;
        for (std::size_t medium = 0; medium < media.size(); ++medium) {
            const auto at = std::ranges::find(media[medium], position);
            if (at == media[medium].end()) continue;
            sink.medium = static_cast<int>(medium);
            sink.visual = static_cast<int>(at - media[medium].begin());
            return sink;
        }
        const auto id = static_cast<std::int32_t>(reply_.prompt.tags[std::size_t(position)]);
        sink.text = reader_.tokenizer.decode(std::span(&id, 1), /*skip_special=*/false);
        return sink;
    }

    const ReplyReader& reader_;
    const GivenReply& reply_;
    const Observer& observer_;
    ReplyText text_;
    protocol::AttentionSinks sinks_;
    std::size_t told_ = 0;
};

/// The positions that choose the reply's tokens: the prompt's last one and all tokens but the last.
at::Tensor choosing_positions(const ReplyReader& reader, const GivenReply& reply) {
    const std::vector<std::int64_t> fed(reply.ids.begin(), reply.ids.end() - 1);
    return at::cat({reply.embeds.slice(0, reply.embeds.size(0) - 1),
                    reader.language.embed(at::tensor(fed, c10::kLong))},
                   0);
}

}  // namespace

std::vector<std::vector<float>> visual_shares(const BuiltPrompt& prompt,
                                              const std::vector<float>& row) {
    std::vector<std::vector<float>> out;
    for (const auto& positions : prompt.positions) {
        auto& shares = out.emplace_back();
        for (const int at : positions) shares.push_back(row.at(static_cast<std::size_t>(at)));
    }
    return out;
}

protocol::AttentionEvent reply_attention(const ReplyReader& reader, const GivenReply& reply,
                                         const protocol::AttentionChoice& choice,
                                         const Observer& observer, const base::StopToken& stop) {
    Teller teller(reader, reply, observer);
    if (reply.ids.empty()) return teller.finish();
    const int shared = reader.cache.keep_shared_prefix(reply.prompt.tags);
    try {
        auto& cache = reader.cache.cache();
        const at::Tensor before = reply.embeds.slice(0, shared, reply.embeds.size(0) - 1);
        reader.language.forward(before, cache, nullptr, stop);
        const at::Tensor rows = choosing_positions(reader, reply);
        for (std::int64_t from = 0; from < rows.size(0); from += kStretch) {
            const at::Tensor stretch = rows.slice(0, from, from + kStretch);
            const at::Tensor paid =
                reader.language.attention_of(stretch, cache, choice.layer, choice.head, stop)
                    .to(c10::kCPU);
            for (std::int64_t i = 0; i < paid.size(0); ++i) teller.tell(paid[i]);
        }
        std::vector<PositionTag> held = reply.prompt.tags;
        for (const auto id : reply.ids) held.push_back(token_tag(id));
        reader.cache.set_contents(std::move(held));
        return teller.finish();
    } catch (...) {
        reader.cache.truncate(shared);
        throw;
    }
}

}  // namespace univi::session
