#include "core/model/splice.h"

#include "core/base/error.h"

namespace univi::model {
namespace {

/// Embeddings of the ids that the text slots [begin, end) name.
at::Tensor text_embeds(const LanguageModel& language, const std::vector<std::int32_t>& ids,
                       const std::vector<Slot>& slots, std::size_t begin, std::size_t end) {
    std::vector<std::int64_t> wide;
    for (std::size_t i = begin; i < end; ++i)
        wide.push_back(ids[static_cast<std::size_t>(slots[i].index)]);
    return language.embed(at::tensor(wide, c10::kLong));
}

at::Tensor visual_embeds(const LanguageModel& language, const MediaTokens& medium) {
    return medium.tokens.to(language.placement().device, language.placement().compute_dtype);
}

std::vector<MediumRows> rows_of(const std::vector<MediaTokens>& media, std::int64_t width) {
    std::vector<MediumRows> rows;
    for (const MediaTokens& medium : media) {
        if (medium.tokens.dim() != 2 || medium.tokens.size(1) != width)
            throw base::Error(base::ErrorKind::Internal,
                              "visual tokens do not have the language model's width");
        rows.push_back({medium.placeholders, medium.tokens.size(0)});
    }
    return rows;
}

}  // namespace

SplicedInput splice(const LanguageModel& language, const std::vector<std::int32_t>& input_ids,
                    const std::vector<MediaTokens>& media, VisualOrder order) {
    const std::vector<Slot> slots =
        place_tokens(input_ids, rows_of(media, language.config().hidden_size), order).slots;
    SplicedInput out;
    std::vector<at::Tensor> parts;
    for (std::size_t begin = 0, end = 0; begin < slots.size(); begin = end) {
        const int medium = slots[begin].medium;
        while (end < slots.size() && slots[end].medium == medium) ++end;
        parts.push_back(medium < 0 ? text_embeds(language, input_ids, slots, begin, end)
                                   : visual_embeds(language, media[medium]));
    }
    for (const Slot& slot : slots)
        out.origin.push_back(slot.medium < 0 ? input_ids[static_cast<std::size_t>(slot.index)]
                                             : -1 - slot.medium);
    if (parts.empty())
        throw base::Error(base::ErrorKind::Internal, "an empty prompt cannot be answered");
    out.embeds = at::cat(parts, 0);
    return out;
}

}  // namespace univi::model
