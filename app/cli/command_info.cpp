#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/byte_text.h"
#include "core/base/json_text.h"

namespace univi::cli {

namespace {

base::Json toJson(const session::ModelInfo& info) {
    base::Json memory = base::Json::array();
    for (const auto& need : info.memory)
        memory.push_back({{"dtype", need.dtype},
                          {"weights", need.weights},
                          {"cache", need.cache},
                          {"fits", need.fits}});
    base::Json places = base::Json::array();
    for (const auto& place : info.places) places.push_back(protocol::to_json(place));
    base::Json stored = base::Json::array();
    for (const auto& part : info.stored)
        stored.push_back({{"dtype", part.dtype}, {"tensors", part.tensors}, {"bytes", part.bytes}});
    base::Json json = {{"architecture", info.architecture},
                       {"device", info.device},
                       {"dtype", info.dtype},
                       {"template", info.default_template},
                       {"generation", protocol::to_json(info.generation)},
                       {"parameters",
                        {{"language", info.parameters_language},
                         {"vision", info.parameters_vision},
                         {"projector", info.parameters_projector},
                         {"total", info.parameters_language + info.parameters_vision +
                                       info.parameters_projector}}},
                       {"stored", stored},
                       {"memory", memory},
                       {"places", places},
                       {"context", info.context},
                       {"layers", info.layers},
                       {"hidden", info.hidden},
                       {"heads", info.heads},
                       {"kv_heads", info.kv_heads},
                       {"vocab", info.vocab},
                       {"image_size", info.image_size},
                       {"patch", info.patch},
                       {"visual_tokens", info.visual_tokens},
                       {"pad_to_square", info.pad_to_square},
                       {"use_cluster", info.use_cluster},
                       {"missing", info.missing},
                       {"unused", info.unused},
                       {"sight", to_string(info.sight)},
                       {"sight_note", info.sight_note}};
    base::put_path(json, "folder", info.folder);
    base::put_path(json, "vision_tower", info.vision_tower, "vision_tower_bytes");
    return json;
}

void printMemory(std::ostream& out, const session::ModelInfo& info) {
    for (const auto& need : info.memory)
        out << "memory           " << need.dtype << ": "
            << base::byte_text(static_cast<std::uint64_t>(need.weights)) << " of weights, "
            << base::byte_text(static_cast<std::uint64_t>(need.cache)) << " for " << info.context
            << " tokens" << (need.fits ? "" : "; more than this machine has") << "\n";
}

/// "layers 0 to 11, with tower, projector and embedding"
std::string contentOf(const protocol::DevicePlace& place) {
    std::string text;
    if (place.layers > 0)
        text = place.layers == 1 ? "layer " + std::to_string(place.first_layer)
                                 : "layers " + std::to_string(place.first_layer) + " to " +
                                       std::to_string(place.first_layer + place.layers - 1);
    if (place.front)
        text += std::string(text.empty() ? "" : ", ") + "what stands before the layers";
    if (place.head) text += std::string(text.empty() ? "" : ", ") + "the head";
    return text;
}

void printPlaces(std::ostream& out, const session::ModelInfo& info) {
    const auto bytes = [](std::int64_t count) {
        return base::byte_text(static_cast<std::uint64_t>(count));
    };
    for (const auto& place : info.places)
        out << "lies on          " << place.device << ": " << contentOf(place) << "; "
            << bytes(place.weights) << " of weights, " << bytes(place.cache)
            << " for keys and values, up to " << bytes(place.workspace) << " on the way"
            << (place.free > 0 ? ", of " + bytes(place.free) + " free" : "") << "\n";
}

void printNames(std::ostream& out, const char* title, const std::vector<std::string>& names) {
    out << title << names.size() << "\n";
    for (const auto& name : names) out << "                 " << name << "\n";
}

std::string towerText(const session::ModelInfo& info) {
    if (info.sight != protocol::Sight::Pictures) return "none";
    return info.vision_tower.empty() ? "in the checkpoint" : info.vision_tower;
}

std::string samplingText(const protocol::GenerationDefaults& own) {
    std::ostringstream out;
    if (own.temperature == 0)
        out << "greedy";
    else
        out << "temperature " << own.temperature << ", top-p " << own.top_p << ", top-k "
            << own.top_k;
    if (own.repetition_penalty != 1) out << ", repetition penalty " << own.repetition_penalty;
    out << ", up to " << own.max_new_tokens << " tokens";
    return out.str();
}

std::string toText(const session::ModelInfo& info) {
    std::ostringstream out;
    out << "model            " << info.folder << "\n"
        << "vision tower     " << towerText(info) << "\n"
        << "architecture     " << info.architecture << ", " << info.layers << " layers, hidden "
        << info.hidden << ", " << info.heads << " heads (" << info.kv_heads
        << " key/value), vocabulary " << info.vocab << "\n"
        << "pictures         ";
    if (info.sight != protocol::Sight::Pictures)
        out << "none: text only\n";
    else
        out << info.image_size << " px, patch " << info.patch << ", " << info.visual_tokens
            << " tokens each" << (info.use_cluster ? "" : ", not merged")
            << (info.pad_to_square ? ", padded to a square" : "") << "\n";
    out << "context          " << info.context << " tokens\n"
        << "template         " << info.default_template << "\n"
        << "replies          " << samplingText(info.generation) << "\n"
        << "parameters       " << info.parameters_language << " language, "
        << info.parameters_vision << " vision, " << info.parameters_projector << " projector\n";
    for (const auto& part : info.stored)
        out << "stored           " << part.dtype << ": " << part.tensors << " tensors, "
            << part.bytes << " bytes\n";
    printMemory(out, info);
    printPlaces(out, info);
    out << "computes         " << info.dtype << " on " << info.device << "\n";
    if (!info.sight_note.empty()) out << "note             " << info.sight_note << "\n";
    printNames(out, "missing          ", info.missing);
    printNames(out, "unused           ", info.unused);
    return out.str();
}

}  // namespace

void addInfoCommand(CommandSet& commands) {
    auto* command =
        addSubcommand(commands, "info",
                      "What a model is made of, and what its checkpoint lacks or leaves unused");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object");
    command->callback([&commands, json] {
        commands.run = [&commands, json] {
            const auto engine = loadEngine(commands.shared.engine);
            print(*json ? base::json_text(toJson(engine->info())) + "\n" : toText(engine->info()));
        };
    });
}

}  // namespace univi::cli
