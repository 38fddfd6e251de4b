#include "core/eval/results.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json_text.h"

namespace univi::eval {

namespace {

using base::Json;

constexpr int kFormat = 1;

Json to_json(const ItemResult& item) {
    Json json{{"id", item.id},           {"is_video", item.is_video}, {"prompts", item.prompts},
              {"given", item.given},     {"expected", item.expected}, {"category", item.category},
              {"columns", item.columns}, {"verdict", item.verdict},   {"scores", item.scores},
              {"note", item.note}};
    base::put_path(json, "key", item.key, "key_bytes");  // of a clip it begins with its name
    base::put_path(json, "medium", item.medium, "medium_bytes");
    base::put_path(json, "file", item.file);
    if (item.right) json["right"] = *item.right;
    return json;
}

/// A path as base::put_path writes it; its field must be there.
std::string path_at(const Json& json, const char* field, const char* bytes_field) {
    json.at(field).get_ref<const std::string&>();
    return base::take_path(json, field, bytes_field);
}

ItemResult item_from(const Json& json) {
    ItemResult item;
    item.id = json.at("id");
    item.key = path_at(json, "key", "key_bytes");
    item.medium = path_at(json, "medium", "medium_bytes");
    item.file = path_at(json, "file", "path_bytes");
    json.at("is_video").get_to(item.is_video);
    json.at("prompts").get_to(item.prompts);
    json.at("given").get_to(item.given);
    json.at("expected").get_to(item.expected);
    json.at("category").get_to(item.category);
    json.at("columns").get_to(item.columns);
    json.at("verdict").get_to(item.verdict);
    json.at("scores").get_to(item.scores);
    json.at("note").get_to(item.note);
    if (json.contains("right")) item.right = json.at("right").get<bool>();
    return item;
}

Json to_json(const SetResult& set) {
    Json json{{"name", set.name},         {"rule", set.rule},     {"metrics", set.metrics},
              {"total", set.total},       {"judged", set.judged}, {"unread", set.unread},
              {"answered", set.answered}, {"notes", set.notes},   {"items", Json::array()}};
    for (const ItemResult& item : set.items) json["items"].push_back(to_json(item));
    return json;
}

SetResult set_from(const Json& json, Task task) {
    SetResult set;
    set.task = task;
    json.at("name").get_to(set.name);
    json.at("rule").get_to(set.rule);
    set.metrics = json.at("metrics");
    if (!set.metrics.is_object()) throw base::Error(base::ErrorKind::Format, "metrics");
    json.at("total").get_to(set.total);
    json.at("answered").get_to(set.answered);
    json.at("judged").get_to(set.judged);
    json.at("unread").get_to(set.unread);
    json.at("notes").get_to(set.notes);
    for (const Json& item : json.at("items")) set.items.push_back(item_from(item));
    return set;
}

Json to_json(const Provenance& from) {
    Json json{{"model_sha256", from.model_sha256},
              {"template", from.conv},
              {"sampling", from.sampling},
              {"seed", from.seed},
              {"dtype", from.dtype},
              {"device", from.device},
              {"placement", from.placement},
              {"judge", from.judge},
              {"judge_templates_sha256", from.judge_templates_sha256},
              {"date", from.date},
              {"program", from.program},
              {"files", Json::array()}};
    base::put_path(json, "model", from.model, "model_bytes");
    for (const auto& file : from.files) {
        Json entry{{"role", file.role}, {"sha256", file.sha256}};
        base::put_path(entry, "name", file.name);
        json["files"].push_back(std::move(entry));
    }
    return json;
}

Provenance provenance_from(const Json& json) {
    Provenance from;
    from.model = path_at(json, "model", "model_bytes");
    json.at("model_sha256").get_to(from.model_sha256);
    json.at("template").get_to(from.conv);
    json.at("sampling").get_to(from.sampling);
    json.at("seed").get_to(from.seed);
    json.at("dtype").get_to(from.dtype);
    json.at("device").get_to(from.device);
    json.at("placement").get_to(from.placement);
    json.at("judge").get_to(from.judge);
    json.at("judge_templates_sha256").get_to(from.judge_templates_sha256);
    json.at("date").get_to(from.date);
    json.at("program").get_to(from.program);
    for (const Json& file : json.at("files"))
        from.files.push_back({file.at("role").get<std::string>(),
                              path_at(file, "name", "path_bytes"),
                              file.at("sha256").get<std::string>()});
    return from;
}

}  // namespace

Json to_json(const Results& results) {
    Json json{{"format", kFormat},
              {"task", std::string(to_string(results.task))},
              {"provenance", to_json(results.provenance)},
              {"sets", Json::array()}};
    base::put_path(json, "model_folder", results.model_folder, "model_folder_bytes");
    for (const SetResult& set : results.sets) json["sets"].push_back(to_json(set));
    return json;
}

Results results_from_json(const Json& json, const std::string& where) {
    try {
        if (json.at("format") != kFormat) throw base::Error(base::ErrorKind::Format, "format");
        Results results;
        results.task = task_from(json.at("task").get<std::string>());
        results.provenance = provenance_from(json.at("provenance"));
        results.model_folder = base::take_path(json, "model_folder", "model_folder_bytes");
        for (const Json& set : json.at("sets")) results.sets.push_back(set_from(set, results.task));
        if (results.sets.empty()) throw base::Error(base::ErrorKind::Format, "sets");
        return results;
    } catch (const std::exception&) {
        throw base::Error(base::ErrorKind::Format,
                          where +
                              " does not hold the results of an evaluation: choose a file that "
                              "univi-cli eval wrote (….results.json).");
    }
}

void write_results(const std::filesystem::path& path, const Results& results) {
    base::write_file_atomically(path, base::json_text(to_json(results), 1) + "\n");
}

Results read_results(const std::filesystem::path& path) {
    return results_from_json(base::read_json_file(path), path.string());
}

std::filesystem::path results_path(const std::filesystem::path& answers) {
    return answers.parent_path() / (answers.stem().string() + ".results.json");
}

}  // namespace univi::eval
