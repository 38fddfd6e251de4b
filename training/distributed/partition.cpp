#include "training/distributed/partition.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace univi::training {

namespace {

/// Parts begin at multiples of this many elements: vector loads stay aligned for every type.
constexpr std::int64_t kAlignment = 16;

void append(FlatLayout& layout, std::size_t parameter, std::int64_t count) {
    layout.slots.push_back({parameter, layout.num_elements, count});
    layout.num_elements += count;
}

void close(FlatLayout& layout, int ranks) {
    const std::int64_t grain = kAlignment * ranks;
    layout.num_elements = (layout.num_elements + grain - 1) / grain * grain;
    layout.part = layout.num_elements / ranks;
}

}  // namespace

int layer_of_parameter(const std::string& name) {
    constexpr std::string_view kPrefix = "model.layers.";
    if (!name.starts_with(kPrefix)) return -1;
    int layer = -1;
    const auto parsed =
        std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), layer);
    return parsed.ec == std::errc() ? layer : -1;
}

std::vector<FlatLayout> lay_out_buckets(const std::vector<ParameterInfo>& parameters, int ranks,
                                        std::int64_t bucket_elements) {
    std::vector<FlatLayout> result;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (!parameters[i].is_trained) continue;
        if (result.empty() || result.back().num_elements >= bucket_elements) {
            result.emplace_back();
            result.back().is_trained = true;
        }
        append(result.back(), i, parameters[i].num_elements);
    }
    for (FlatLayout& layout : result) close(layout, ranks);
    return result;
}

std::vector<FlatLayout> lay_out_layers(const std::vector<ParameterInfo>& parameters, int ranks) {
    std::map<std::pair<int, bool>, FlatLayout> found;  // by layer, frozen first
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const std::pair key{layer_of_parameter(parameters[i].name), parameters[i].is_trained};
        FlatLayout& layout = found[key];
        layout.layer = key.first;
        layout.is_trained = key.second;
        append(layout, i, parameters[i].num_elements);
    }
    std::vector<FlatLayout> result;
    for (auto& [key, layout] : found) {
        close(layout, ranks);
        result.push_back(std::move(layout));
    }
    return result;
}

std::vector<SlotPiece> pieces_within(const FlatLayout& layout, std::int64_t begin,
                                     std::int64_t end) {
    std::vector<SlotPiece> result;
    for (std::size_t i = 0; i < layout.slots.size(); ++i) {
        const FlatSlot& slot = layout.slots[i];
        const std::int64_t first = std::max(begin, slot.begin),
                           last = std::min(end, slot.begin + slot.count);
        if (first < last) result.push_back({i, first, first - slot.begin, last - first});
    }
    return result;
}

}  // namespace univi::training
