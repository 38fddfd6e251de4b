#include "tests/core/session/golden_cases.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base/json.h"

namespace univi::test {

namespace {

std::string without_placeholders(std::string text) {
    for (const std::string placeholder = "<image>"; text.starts_with(placeholder);) {
        text.erase(0, placeholder.size());
        if (text.starts_with("\n")) text.erase(0, 1);
    }
    return text;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

GoldenCase read_case(const base::Json& json) {
    GoldenCase out;
    out.name = json.at("name");
    out.generated_ids = json.at("generated_ids").get<std::vector<std::int32_t>>();
    out.input_ids = json.at("input_ids").get<std::vector<std::int32_t>>();
    out.text = trimmed(json.at("text"));
    out.top2_margin = json.at("top2_margin").get<std::vector<double>>();
    out.spliced_length = json.at("spliced_length");
    std::vector<std::string> media;
    if (json.at("images").is_array())
        for (const auto& name : json.at("images")) media.push_back(golden_input(name));
    out.placement = media.size() > 1 ? "reference" : "interleaved";
    const auto turns = json.at("turns").get<std::vector<std::string>>();
    for (std::size_t t = 0; t + 1 < turns.size(); t += 2)
        out.history.push_back({t == 0 ? media : std::vector<std::string>{},
                               without_placeholders(turns[t]), turns[t + 1]});
    if (turns.size() == 1) out.question.media = media;
    out.question.text = without_placeholders(turns.back());
    out.question.options.conv = json.at("template");
    out.question.options.temperature = 0;
    out.question.options.max_new_tokens = static_cast<int>(out.generated_ids.size());
    return out;
}

}  // namespace

std::string golden_file(const std::string& relative) {
    return std::string(UNIVI_GOLDEN) + "/" + relative;
}

std::string golden_input(const std::string& name) {
    return golden_file("inputs/" + name);
}

const std::vector<GoldenCase>& golden_cases() {
    static const auto cases = [] {
        std::vector<GoldenCase> out;
        for (const auto& json : base::read_json_file(golden_file("data/tinyA_generate.json")))
            if (json.at("name") != "two_images_adjacent") out.push_back(read_case(json));
        return out;
    }();
    return cases;
}

const GoldenCase& golden_case(const std::string& name) {
    for (const auto& item : golden_cases())
        if (item.name == name) return item;
    throw std::out_of_range("no golden case " + name);
}

session::EngineOptions golden_options(const std::string& placement) {
    session::EngineOptions options;
    options.model = golden_file("models/tinyA");
    options.device = "cpu";
    options.placement = placement;
    options.with_attention = true;
    options.reads_as_reference = true;
    return options;
}

session::Engine& golden_engine(const std::string& placement) {
    static std::map<std::string, std::unique_ptr<session::Engine>> engines;
    auto& engine = engines[placement];
    if (!engine) engine = session::Engine::load(golden_options(placement));
    return *engine;
}

}  // namespace univi::test
