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

/// The `count` visual tokens of a medium from `first` on.
at::Tensor visual_embeds(const LanguageModel& language, const at::Tensor& tokens,
                         std::int64_t first, std::size_t count) {
    return tokens.narrow(0, first, static_cast<std::int64_t>(count))
        .to(language.placement().device, language.placement().compute_dtype);
}

/// True where slot `end` goes on with what begins at `begin`: text, or a medium's tokens in a row.
bool continues(const std::vector<Slot>& slots, std::size_t begin, std::size_t end) {
    if (slots[end].medium != slots[begin].medium) return false;
    const auto count = static_cast<std::int64_t>(end - begin);
    return slots[end].medium < 0 || slots[end].index == slots[begin].index + count;
}

}  // namespace

at::Tensor splice(const LanguageModel& language, const std::vector<std::int32_t>& ids,
                  const std::vector<Slot>& slots, const std::vector<at::Tensor>& media) {
    for (const at::Tensor& tokens : media)
        if (tokens.dim() != 2 || tokens.size(1) != language.config().hidden_size)
            throw base::Error(base::ErrorKind::Internal,
                              "visual tokens do not have the language model's width");
    if (slots.empty())
        throw base::Error(base::ErrorKind::Internal, "an empty prompt cannot be answered");
    std::vector<at::Tensor> parts;
    for (std::size_t begin = 0, end = 0; begin < slots.size(); begin = end) {
        const int medium = slots[begin].medium;
        while (end < slots.size() && continues(slots, begin, end)) ++end;
        parts.push_back(medium < 0 ? text_embeds(language, ids, slots, begin, end)
                                   : visual_embeds(language, media.at(medium), slots[begin].index,
                                                   end - begin));
    }
    return at::cat(parts, 0);
}

}  // namespace univi::model
