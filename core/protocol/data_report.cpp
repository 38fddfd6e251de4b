#include "core/protocol/data_report.h"

#include "core/protocol/fields.h"

namespace univi::protocol {
namespace {

struct ProblemRow {
    const char* words;
    bool is_fault;
    const char* remedy;
};

constexpr ProblemRow kRows[kDataProblems] = {
    {"no valid JSON", true,
     "Mend the lines that are named, or write the file again: it may have been cut off."},
    {"not of the form of an item", true,
     "An item needs a list \"conversations\" of \"from\" (human, gpt) and \"value\", or "
     "\"messages\" of \"role\" (user, assistant) and \"content\", in turns."},
    {"placeholders and media do not fit together", true,
     "Write <image> once for each picture of the item, <video> once for its video."},
    {"picture or video named by an absolute path", true,
     "Write \"allow_absolute_media\": true into the source in the datasets file, or name media "
     "relative to the source's folders."},
    {"picture or video missing", true,
     "Name the folder that holds the files in the source in the datasets file, or correct the "
     "names."},
    {"picture or video cannot be read", true, "Get these files again, or take their items out."},
    {"video damaged in part", true,
     "Get these files again, take their items out, or let training read the frames that are left."},
    {"too long for its pictures: without loss", false,
     "Raise --model_max_length, lower --max_frames, or shorten these conversations."},
    {"too long: its end is cut", false,
     "Raise --model_max_length, or shorten these conversations."},
    {"without loss for another reason", false,
     "Give every answer words, and take role names and </s> out of the messages."},
    {"media that no placeholder shows", false,
     "Write <image> or <video> into a message, or take the media out of the item."},
};

const ProblemRow& row_of(DataProblem problem) {
    return kRows[static_cast<std::size_t>(problem)];
}

/// The figures of "problems", by name.
struct ProblemCounts {
    std::array<std::int64_t, kDataProblems>& counts;
};

template <class V>
void fields(V& v, ProblemCounts& problems) {
    for (const auto& [problem, name] : EnumNames<DataProblem>::kNames)
        v.required(name, problems.counts[static_cast<std::size_t>(problem)]);
}

}  // namespace

template <class V>
void fields(V& v, DataReport::Finding& finding) {
    v.required("problem", finding.problem);
    v.required("item", finding.item);
    v.path("file", finding.file, "file_bytes");
    v("line", finding.line);
    v("why", finding.why);
    v.required("message", finding.sentence);
}

template <class V>
void fields(V& v, DataReport::Source& source) {
    v.required_path("chat_path", source.chat_path);
    v.required("items", source.items);
    v.required("items_with_faults", source.faults);
    v("json_lines", source.is_json_lines);
}

template <class V>
void fields(V& v, DataReport::Forms& forms) {
    v("chat_roles", forms.chat_roles);
    v("chat_keys", forms.chat_keys);
    v("system", forms.system);
}

template <class V>
void fields(V& v, DataReport::Lengths& lengths) {
    v.required("shortest", lengths.shortest);
    v.required("median", lengths.median);
    v.required("percentile95", lengths.percentile95);
    v.required("longest", lengths.longest);
    v.required("bucket", lengths.bucket);
    v.required("histogram", lengths.histogram);
    v.check([&](const JsonFields& object) {
        if (lengths.bucket < 1) object.fail("bucket", "must be at least 1");
    });
}

template <class V>
void fields(V& v, DataReport& report) {
    v.required("items", report.items);
    v.required("text_only", report.text_only);
    v.required("with_pictures", report.with_pictures);
    v.required("with_video", report.with_video);
    v.required("pictures", report.pictures);
    v("videos", report.videos);
    v.required("frames", report.frames);
    v("frames_in_videos", report.frames_in_videos);
    v("opens_media", report.opens_media);
    v("max_frames", report.max_frames);
    v("repeated_ids", report.repeated_ids);
    v.required("repeated_items", report.repeated_items);
    v.required("tokens", report.tokens);
    v.required("trained_tokens", report.trained_tokens);
    v.required("length", report.lengths);
    v("forms", report.forms);
    ProblemCounts problems{report.counts};
    v.required("problems", problems);
    v.required("sources", report.sources);
    v.required("findings", report.findings);
}

template <class V>
void fields(V& v, CheckProgress& progress) {
    v.required("done", progress.done);
    v.required("total", progress.total);
}

namespace {

constexpr const char *kEvent = "event", *kProgress = "progress", *kReport = "report";

base::Json json_of(const DataReport& report) {
    base::Json json = to_json_by_fields(report), remedies = base::Json::object();
    for (const auto& [problem, name] : EnumNames<DataProblem>::kNames)
        if (report.count(problem) > 0) remedies[name] = remedy(problem);
    json["remedies"] = std::move(remedies);
    json["sampling"] = report.sampling();
    json["nothing_to_learn"] = report.nothing_to_learn();
    json["has_faults"] = report.has_faults();
    return json;
}

}  // namespace

bool is_fault(DataProblem problem) {
    return row_of(problem).is_fault;
}

const char* words_of(DataProblem problem) {
    return row_of(problem).words;
}

const char* remedy(DataProblem problem) {
    return row_of(problem).remedy;
}

std::int64_t DataReport::items_with_faults() const {
    std::int64_t sum = 0;
    for (const Source& source : sources) sum += source.faults;
    return sum;
}

std::string DataReport::nothing_to_learn() const {
    if (!has_nothing_to_learn()) return "";
    DataProblem cause = DataProblem::NoLoss;
    for (const auto& [problem, unused] : EnumNames<DataProblem>::kNames)
        if (problem != DataProblem::UnusedMedium && count(problem) > count(cause)) cause = problem;
    return "Nothing can be learned from this data: no item has a word to learn. " +
           std::to_string(count(cause)) + " of " + std::to_string(items) +
           " items: " + words_of(cause) + ". " + remedy(cause);
}

std::string DataReport::sampling() const {
    std::string text;
    if (pictures > 0)
        text = opens_media ? "Every picture was opened." : "Pictures were found, but not opened.";
    if (with_video == 0) return text;
    const std::string shown = std::to_string(frames) + " of " + std::to_string(frames_in_videos);
    return text + (text.empty() ? "" : " ") +
           (opens_media ? "Of each video the frames that training shows were decoded, at most " +
                              std::to_string(max_frames) + " (--max_frames): " + shown + "."
                        : "Of each video the index was read and the first frame decoded; training "
                          "shows " +
                              shown + " frames.");
}

bool DataReport::has_faults() const {
    if (has_nothing_to_learn()) return true;
    for (const auto& [problem, unused] : EnumNames<DataProblem>::kNames)
        if (is_fault(problem) && count(problem) > 0) return true;
    return false;
}

base::Json to_json(const DataCheck& check) {
    base::Json json = json_of(check.data);
    if (check.held_out) json["held_out"] = json_of(*check.held_out);
    json["has_faults"] = check.has_faults();
    return json;
}

base::Json to_json(const CheckEvent& event) {
    if (const auto* progress = std::get_if<CheckProgress>(&event)) {
        base::Json json = to_json_by_fields(*progress);
        json[kEvent] = kProgress;
        return json;
    }
    base::Json json = to_json(std::get<DataCheck>(event));
    json[kEvent] = kReport;
    return json;
}

CheckEvent check_event_from_json(const base::Json& json) {
    const JsonFields object(json, "check");
    std::string name;
    object.require(kEvent, name);
    if (name == kProgress) return from_json_by_fields<CheckProgress>(json, kProgress);
    if (name != kReport)
        object.fail(kEvent,
                    "must be " + alternatives({kProgress, kReport}) + ", not \"" + name + "\"");
    DataCheck check{from_json_by_fields<DataReport>(json, kReport), std::nullopt};
    if (json.contains("held_out"))
        check.held_out = from_json_by_fields<DataReport>(json["held_out"], "held_out");
    return check;
}

}  // namespace univi::protocol
