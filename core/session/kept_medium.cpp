#include "core/session/kept_medium.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/model/safetensors.h"
#include "core/session/text_view.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTokens = "visual_tokens";
constexpr const char* kGroups = "groups";
constexpr const char* kChecksum = "sha256";

std::string checksum(const std::string& key, const model::TensorTable& parts) {
    std::string text = key;
    for (const char* name : {kTokens, kGroups}) {
        const model::TensorView& view = parts.at(name);
        text += ' ' + std::string(model::to_string(view.dtype));
        for (const std::int64_t side : view.shape) text += ' ' + std::to_string(side);
        text += ' ' + base::sha256_hex({view.data, view.bytes});
    }
    return base::text_sha256_hex(text);
}

/// Frames by their names in `pictures`; without that folder each names the medium itself, which an
/// empty name stands for. False when a frame lies elsewhere.
bool name_frames(protocol::TokenGroups& groups, const fs::path& pictures) {
    for (protocol::FrameGroups& frame : groups.frames) {
        const fs::path name = fs::path(frame.picture).filename();
        const fs::path place = pictures.empty() ? fs::path(groups.source) : pictures / name;
        if (frame.picture != place.string()) return false;
        frame.picture = pictures.empty() ? std::string() : name.string();
    }
    return true;
}

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
    throw base::Error(base::ErrorKind::Format, file.string() + " " + why + ".");
}

void find_frames(protocol::TokenGroups& groups, const fs::path& pictures, const fs::path& file) {
    for (protocol::FrameGroups& frame : groups.frames) {
        if (frame.picture.empty() != pictures.empty()) refuse(file, "shows its frames elsewhere");
        if (frame.picture.empty()) {
            frame.picture = groups.source;
            continue;
        }
        const fs::path name = frame.picture;
        std::error_code error;
        if (name != name.filename() || !fs::is_regular_file(pictures / name, error))
            refuse(file, "shows a frame that is gone");
        frame.picture = (pictures / name).string();
    }
}

void check(const EncodedMedium& medium, const model::UniviModel& model, const fs::path& file) {
    const at::Tensor& tokens = medium.visual_tokens;
    const auto& groups = medium.groups;
    const bool fits = tokens.dim() == 2 && tokens.size(0) > 0 &&
                      tokens.size(1) == model.config().language.hidden_size &&
                      tokens.scalar_type() == model.language().placement().compute_dtype;
    if (!fits) refuse(file, "holds tokens of another model");
    const bool is_whole = groups.complete && !groups.frames.empty() &&
                          (groups.is_video || groups.frames.size() == 1) &&
                          groups.grid == model.vision()->config().grid_size();
    const bool counts = !model.config().cluster.use_cluster ||
                        groups.num_tokens() == static_cast<int>(tokens.size(0));
    if (!is_whole || !counts) refuse(file, "holds groups that are not its tokens'");
}

}  // namespace

bool write_kept_medium(const fs::path& file, const std::string& key, const EncodedMedium& medium,
                       const fs::path& pictures) {
    protocol::TokenGroups groups = medium.groups;
    if (!name_frames(groups, pictures)) return false;
    groups.source.clear();
    groups.medium = 0;
    const std::string text = base::json_text(protocol::to_json(groups));
    model::TensorTable parts{{kTokens, model::to_view(medium.visual_tokens)},
                             {kGroups, text_view(text)}};
    const std::string sum = checksum(key, parts);
    parts.emplace(kChecksum, text_view(sum));
    model::write_safetensors(file, parts, {}, base::Durability::Unsynced);
    return true;
}

EncodedMedium read_kept_medium(const fs::path& file, const std::string& key,
                               const model::UniviModel& model, const std::string& source,
                               const fs::path& pictures) {
    const model::TensorTable parts = model::read_safetensors(file);
    if (parts.size() != 3 || !parts.contains(kTokens) || !parts.contains(kGroups) ||
        !parts.contains(kChecksum))
        refuse(file, "is no kept medium");
    if (text_of(parts.at(kChecksum)) != checksum(key, parts)) refuse(file, "is damaged");
    EncodedMedium medium;
    medium.groups = protocol::token_groups_from_json(
        base::parse_json(text_of(parts.at(kGroups)), file.string()));
    medium.groups.source = source;
    medium.placeholders =
        medium.groups.is_video ? static_cast<int>(medium.groups.frames.size()) : 1;
    // A copy of its own: the file may go at any time.
    medium.visual_tokens = model::to_tensor(parts.at(kTokens))
                               .to(at::TensorOptions().device(model.language().placement().device),
                                   /*non_blocking=*/false, /*copy=*/true);
    check(medium, model, file);
    find_frames(medium.groups, pictures, file);
    return medium;
}

}  // namespace univi::session
