#include "core/protocol/token_group_fields.h"

namespace univi::protocol {

using base::Json;

void check_indices(const JsonFields& json, const char* name, const std::vector<int>& indices,
                   std::size_t count) {
    for (int index : indices)
        if (index < 0 || static_cast<std::size_t>(index) >= count)
            json.fail(name, "holds " + std::to_string(index) + ", which is not below " +
                                std::to_string(count));
}

void check_token_groups(const JsonFields& json, const TokenGroups& groups) {
    constexpr int kMaxGrid = 1024;  // far above 336/14; keeps grid * grid inside an int
    if (groups.grid < 1 || groups.grid > kMaxGrid) json.fail("grid", "must lie between 1 and 1024");
    const std::vector<JsonFields> events = json.objects("events");
    for (std::size_t i = 0; i < events.size(); ++i)
        check_indices(events[i], "frames", groups.events[i].frames, groups.frames.size());
    check_indices(json, "event_centers", groups.event_centers, groups.frames.size());
}

Json to_json(const TokenGroups& groups) {
    return to_json_by_fields(groups);
}

TokenGroups token_groups_from_json(const Json& json) {
    return from_json_by_fields<TokenGroups>(json, "groups");
}

}  // namespace univi::protocol
