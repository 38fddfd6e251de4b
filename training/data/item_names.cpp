#include "training/data/item_names.h"

#include "core/base/error.h"

namespace univi::training {

std::vector<std::string> item_names(const Dataset& dataset,
                                    const std::vector<std::int64_t>& items) {
    std::vector<std::string> names;
    for (const std::int64_t item : items) {
        const auto index = static_cast<std::size_t>(item);
        try {
            names.push_back(dataset.describe(dataset.item(index)));
        } catch (const base::Error&) {
            names.push_back(dataset.describe(index));
        }
    }
    return names;
}

std::string list_items(const Dataset& dataset, std::vector<std::int64_t> items) {
    constexpr std::size_t kNamed = 8;
    const std::size_t more = items.size() > kNamed ? items.size() - kNamed : 0;
    items.resize(items.size() - more);
    std::string text;
    for (const std::string& name : item_names(dataset, items))
        text += (text.empty() ? "" : "; ") + name;
    return more > 0 ? text + "; and " + std::to_string(more) + " more" : text;
}

}  // namespace univi::training
