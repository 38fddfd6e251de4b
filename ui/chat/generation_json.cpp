#include "ui/chat/generation_json.h"

#include "core/base/error.h"
#include "core/protocol/engine_fields.h"

namespace univi::ui {
namespace {

// The store calls the template by that name, and has the seed as text: it may be larger than the
// whole numbers that other readers of JSON keep.
constexpr const char *kConv = "conv", *kTemplate = "template", *kSeed = "seed";

}  // namespace

QString generationToJson(const protocol::GenerationOptions& options) {
    base::Json json = protocol::to_json_by_fields(options);
    json[kTemplate] = json.at(kConv);
    json.erase(kConv);
    json[kSeed] = std::to_string(options.seed);
    return QString::fromStdString(base::json_text(json));
}

QString modelToJson(const std::optional<protocol::LoadRequest>& model) {
    if (!model) return {};
    return QString::fromStdString(base::json_text(protocol::to_json_by_fields(*model)));
}

std::optional<protocol::LoadRequest> modelFromJson(const QString& text) {
    if (text.isEmpty()) return std::nullopt;
    try {
        return protocol::from_json_by_fields<protocol::LoadRequest>(
            base::parse_json(text.toStdString(), "model"), "model");
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

protocol::GenerationOptions generationFromJson(const QString& text) {
    try {
        base::Json json = base::parse_json(text.toStdString(), "generation options");
        if (!json.is_object()) return {};
        if (json.contains(kTemplate)) json[kConv] = json.at(kTemplate);
        if (json.contains(kSeed))
            json[kSeed] = QString::fromStdString(json.at(kSeed).get<std::string>()).toULongLong();
        return protocol::from_json_by_fields<protocol::GenerationOptions>(json, "options");
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace univi::ui
