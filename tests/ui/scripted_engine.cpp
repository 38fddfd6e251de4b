// Plays univi-engine for the tests of the window: speaks the protocol, knows nothing about models.
// What it does follows from the words it is given. Of a model's name:
//   missing  cannot be loaded, which a check sees     trap    kills itself while checking it
//   heavy    passes the check and cannot be loaded    crash   kills itself while loading it
//   lost     as heavy, and the model before is gone   text    reads text only
//   greedy   asks for temperature 0                   split  lies on a GPU and the CPU
// Of a medium's: broken cannot be read, deadly kills it while reading, damaged has lost frames.
// Of a question: die kills it mid-reply, fail is answered with an error, slow streams until it is
// stopped, hang says a word and reacts to no stop any more. Anything else is answered by "You
// asked: …" with the counts of history and media. Checks are answered beside a reply, as by the
// real one. With an argument, every request line is appended to that file.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <QImage>
#include <cmath>
#include <cstdio>
#include <deque>
#include <fstream>
#include <sstream>

#include "core/protocol/engine_protocol.h"

using namespace univi::protocol;

namespace {

constexpr int kGrid = 16, kFrames = 8;

std::string log_file;
bool has_model = false;
std::string buffer;
std::deque<std::string> lines;

void emit(std::int64_t id, decltype(Event::body) body) {
    const std::string line = to_line(Event{id, std::move(body)}) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

/// Takes what stands on stdin into `lines`, waiting at most `wait_ms`; false when stdin is closed.
bool read_stdin(int wait_ms) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, wait_ms) <= 0) return true;
    char bytes[4096];
    const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
    if (got <= 0) return false;
    buffer.append(bytes, std::size_t(got));
    for (std::size_t end; (end = buffer.find('\n')) != std::string::npos; buffer.erase(0, end + 1))
        lines.push_back(buffer.substr(0, end));
    return true;
}

bool contains(const std::string& text, const char* word) {
    return text.find(word) != std::string::npos;
}

void log(const std::string& line) {
    if (!log_file.empty()) std::ofstream(log_file, std::ios::app) << line << "\n";
}

/// What the engine finds out without loading; says so and returns false where it is no model.
bool check(std::int64_t id, const LoadRequest& request) {
    if (contains(request.model, "trap")) raise(SIGKILL);
    if (!contains(request.model, "missing")) return true;
    emit(id,
         ErrorEvent{"file",
                    "The model folder " + request.model + " was not found; choose another folder.",
                    has_model});
    return false;
}

/// Answers the checks that have come, beside a reply.
void answer_checks() {
    for (auto line = lines.begin(); line != lines.end();) {
        const Request request = parse_request(*line);
        const auto* load = std::get_if<LoadRequest>(&request.body);
        if (!load || !load->check_only) {
            ++line;
            continue;
        }
        log(*line);
        line = lines.erase(line);
        if (check(request.id, *load)) emit(request.id, CheckedEvent{});
    }
}

bool stop_asked(std::int64_t id, int wait_ms) {
    if (!read_stdin(wait_ms)) std::exit(0);
    answer_checks();
    for (auto line = lines.begin(); line != lines.end(); ++line) {
        const Request request = parse_request(*line);
        const auto* stop = std::get_if<StopRequest>(&request.body);
        if (!stop || stop->target != id) continue;
        lines.erase(line);
        return true;
    }
    return false;
}

/// Blocks of patches, coarser with every stage.
StageGroups make_stage(int patches, int groups, int inputs) {
    StageGroups stage;
    stage.sizes.assign(std::size_t(groups), 0);
    for (int patch = 0; patch < patches; ++patch) {
        const int row = patch / kGrid, column = patch % kGrid;
        const double wave = std::sin(row * 0.7) * 2 + std::cos(column * 0.5) * 3;
        const int group = (patch * groups / patches + int(std::abs(wave))) % groups;
        stage.patch_to_group.push_back(group);
        ++stage.sizes[std::size_t(group)];
    }
    for (int group = 0; group < groups; ++group) {
        stage.centers.push_back(group * inputs / groups);
        stage.center_patches.push_back(group * patches / groups);
    }
    for (int token = 0; token < inputs; ++token) {
        stage.density.push_back(float(0.2 + 0.7 * std::abs(std::sin(token * 1.7))));
        stage.distance.push_back(float(token % (inputs / groups) == 0
                                           ? 0.6 + 0.4 * std::abs(std::cos(token))
                                           : 0.05 + 0.2 * std::abs(std::cos(token * 2.1))));
    }
    return stage;
}

std::array<StageGroups, 3> make_stages(int patches, int inputs) {
    return {make_stage(patches, 64, inputs), make_stage(patches, 32, 64),
            make_stage(patches, 16, 32)};
}

TokenGroups picture_groups(const std::string& medium) {
    TokenGroups groups;
    const QImage picture(QString::fromStdString(medium));
    groups.source = medium;
    groups.picture_width = std::max(picture.width(), 1);
    groups.picture_height = std::max(picture.height(), 1);
    groups.crop = {0, 0, double(groups.picture_width), double(groups.picture_height)};
    groups.frames.push_back({0, 0, medium, make_stages(kGrid * kGrid, kGrid * kGrid)});
    groups.complete = true;
    return groups;
}

TokenGroups clip_groups(const std::string& medium, int frames, const univi::base::ClipRange& part) {
    TokenGroups groups;
    groups.source = medium;
    groups.clip = part;
    groups.is_video = true;
    groups.picture_width = 320;
    groups.picture_height = 240;
    groups.crop = {40, 0, 240, 240};
    for (int i = 0; i < frames; ++i) {
        const std::string file = "/tmp/univi_scripted_frame" + std::to_string(i) + ".png";
        QImage picture(320, 240, QImage::Format_RGB32);
        picture.fill(QColor::fromHsv(i * 40 % 360, 90, 200));
        picture.save(QString::fromStdString(file));
        groups.frames.push_back({i * 10, i * 0.4, file, make_stages(kGrid * kGrid, kGrid * kGrid)});
    }
    groups.complete = frames == kFrames;
    if (!groups.complete) return groups;
    if (contains(medium, "damaged")) {
        groups.frames_lost = 28;
        groups.frames_in_file = 60;
    }
    for (int event = 0; event < 2; ++event) {
        EventGroups e;
        for (int i = 0; i < kFrames / 2; ++i) e.frames.push_back(event * kFrames / 2 + i);
        e.stages = make_stages(kGrid * kGrid * kFrames / 2, kGrid * kGrid * kFrames / 2);
        groups.events.push_back(e);
        groups.event_centers.push_back(event * kFrames / 2 + 1);
    }
    for (int i = 0; i < kFrames; ++i) {
        groups.frame_density.push_back(float(0.4 + 0.1 * i));
        groups.frame_distance.push_back(float(i % 4 == 1 ? 0.9 : 0.2));
    }
    return groups;
}

/// False when it was stopped or cannot be read; that was said then.
bool read_medium(std::int64_t id, const std::string& medium,
                 const univi::base::ClipRange& part = {}) {
    if (contains(medium, "deadly")) {
        emit(id, MediaProgressEvent{medium, 3, 2, kFrames});
        usleep(20'000);
        raise(SIGKILL);
    }
    if (contains(medium, "broken")) {
        emit(id, ErrorEvent{"media",
                            "broken.png is no picture that can be read; choose another file."});
        return false;
    }
    const bool clip = contains(medium, ".mp4") || contains(medium, ".mkv");
    for (int frame = 1; clip && frame <= kFrames; ++frame) {
        emit(id, MediaProgressEvent{medium, frame, frame, kFrames});
        if (frame == 2) emit(id, GroupsEvent{clip_groups(medium, 2, part)});
        if (stop_asked(id, 5)) {
            emit(id, ErrorEvent{"stopped", "Stopped."});
            return false;
        }
    }
    emit(id, GroupsEvent{clip ? clip_groups(medium, kFrames, part) : picture_groups(medium)});
    return true;
}

std::vector<std::vector<float>> look(std::size_t media, int token) {
    std::vector<std::vector<float>> attention(media, std::vector<float>(112, 0.002f));
    for (auto& medium : attention) medium[std::size_t(token * 5 % 112)] = 0.6f;
    return attention;
}

/// Three turns fit, where older ones may go.
int dropped_turns(const AskRequest& ask) {
    const int past = int(ask.history.size());
    return ask.options.when_full == ContextPolicy::Refuse ? 0 : std::max(0, past - 3);
}

void answer(std::int64_t id, const AskRequest& ask) {
    for (std::size_t i = 0; i < ask.media.size(); ++i)
        if (!read_medium(id, ask.media[i],
                         i < ask.clips.size() ? ask.clips[i] : univi::base::ClipRange()))
            return;
    if (contains(ask.question, "fail"))
        return emit(id, ErrorEvent{"context",
                                   "The conversation is too long by 12 tokens; start a new chat."});
    const int media = int(ask.media.size());
    const int dropped = dropped_turns(ask);
    emit(id, PromptEvent{40, 112 * media, 0, dropped, 0});
    std::string text = " You asked: " + ask.question + " (" + std::to_string(ask.history.size()) +
                       " turns, " + std::to_string(media) + " media)";
    if (contains(ask.question, "slow"))
        for (int i = 0; i < 400; ++i) text += " word";
    if (contains(ask.question, "long story"))
        for (int i = 0; i < 4000; ++i) text += " word";
    std::istringstream words(text);
    std::string said, word;
    Finish finish = Finish::Stop;
    for (int token = 0; words >> word; ++token) {
        if (contains(ask.question, "die") && token == 3) raise(SIGKILL);
        const std::string piece = (token ? " " : "") + word;
        said += piece;
        emit(id, TokenEvent{piece, token, -0.1, look(ask.media.size(), token)});
        while (contains(ask.question, "hang") && token == 2) stop_asked(id, -1);
        if (!stop_asked(id, contains(ask.question, "slow") ? 10 : 0)) continue;
        finish = Finish::Stopped;
        break;
    }
    emit(id, DoneEvent{said, {1, 2, 3}, finish, 40, 112 * media, 0.9, 31, dropped, 0});
}

/// Every word looks as in an answer, and in layer n as the word 3 n places later does. A layer
/// beyond the fourth is refused.
void look_again(std::int64_t id, const AttentionRequest& again) {
    const int layer = again.choice.layer.value_or(-1) + 1;
    if (layer > 4) return emit(id, ErrorEvent{"memory", "There is no memory for this layer."});
    std::size_t media = again.media.size();
    for (const PastTurn& turn : again.history) media += turn.media.size();
    std::istringstream words(again.reply);
    std::string word;
    for (int token = 0; words >> word; ++token) {
        emit(id, TokenEvent{(token ? " " : "") + word, token, 0, look(media, token + 3 * layer)});
        if (stop_asked(id, 0)) return emit(id, ErrorEvent{"stopped", "Stopped."});
    }
    emit(id, AttentionEvent{{{"<s>", -1, -1, 0.25}}});
}

/// A word is a token, a picture 112; a clip is not known before it was read.
void estimate(std::int64_t id, const AskRequest& ask) {
    EstimateEvent out;
    out.capacity = 2048;
    const auto words = [&](const std::string& text) {
        std::istringstream in(text);
        for (std::string word; in >> word;) ++out.text_tokens;
    };
    const auto media = [&](const std::vector<std::string>& files) {
        for (const std::string& file : files)
            out.media_tokens.push_back(contains(file, ".mp4") ? -1 : 112);
    };
    for (const PastTurn& turn : ask.history) {
        words(turn.question + " " + turn.reply);
        media(turn.media);
    }
    words(ask.question);
    media(ask.media);
    out.dropped_turns = dropped_turns(ask);
    out.prompt_tokens = out.text_tokens;
    emit(id, out);
}

/// A control token, the system text, a medium each, and the words.
void preview(std::int64_t id, const AskRequest& ask) {
    PreviewEvent out;
    out.capacity = 2048;
    out.dropped_turns = dropped_turns(ask);
    out.pieces.push_back({PromptKind::Control, 1, "<s>", 1});
    std::int32_t token = 10;
    const auto words = [&](const std::string& text) {
        std::istringstream in(text);
        for (std::string word; in >> word; ++out.text_tokens)
            out.pieces.push_back({PromptKind::Text, token++, " " + word, 1});
    };
    words(ask.options.system.value_or("A chat."));
    for (const std::string& file : ask.media)
        out.pieces.push_back({PromptKind::Visual, 0, file.substr(file.rfind('/') + 1),
                              contains(file, ".mp4") ? -1 : 112});
    words("USER: " + ask.question + " ASSISTANT:");
    emit(id, out);
}

/// A model shared by a GPU and the CPU.
std::vector<DevicePlace> places() {
    return {{"cuda:0", 0, 5, true, false, 30'000'000, 5'000'000, 1'000'000, 80'000'000},
            {"cpu", 5, 3, false, true, 16'000'000, 3'000'000, 0, 0}};
}

void load(std::int64_t id, const LoadRequest& request) {
    if (!check(id, request)) return;
    if (request.check_only) return emit(id, CheckedEvent{});
    if (contains(request.model, "crash")) raise(SIGKILL);
    emit(id, LoadProgressEvent{0.4, "language model"});
    const bool lost = contains(request.model, "lost");
    has_model = has_model && !lost;
    if (lost || contains(request.model, "heavy"))
        return emit(id,
                    ErrorEvent{"memory", request.model + " does not fit into memory.", has_model});
    has_model = true;
    emit(id, LoadProgressEvent{1.0, "vision tower"});
    const bool text = contains(request.model, "text");
    emit(id,
         LoadedEvent{request.model.empty() ? "/demo" : request.model,
                     "UniVi demo",
                     "cpu",
                     "fp32",
                     11'500'000,
                     46'000'000,
                     2048,
                     {"simple", "v1"},
                     {contains(request.model, "greedy") ? 0 : 0.2},
                     text ? Sight::NoProjector : Sight::Pictures,
                     text ? "The model is a plain language model and answers text only." : "",
                     {{"fp32", 46'000'000, 8'000'000, true}, {"int4", 9'000'000, 4'000'000, false}},
                     contains(request.model, "split") ? places() : std::vector<DevicePlace>(),
                     6,
                     4});
}

void handle(const std::string& line) {
    log(line);
    const Request request = parse_request(line);
    if (const auto* body = std::get_if<LoadRequest>(&request.body)) load(request.id, *body);
    if (const auto* body = std::get_if<AskRequest>(&request.body)) answer(request.id, *body);
    if (const auto* body = std::get_if<EncodeRequest>(&request.body))
        read_medium(request.id, body->medium, body->clip);
    if (const auto* body = std::get_if<EstimateRequest>(&request.body)) estimate(request.id, *body);
    if (const auto* body = std::get_if<PreviewRequest>(&request.body)) preview(request.id, *body);
    if (const auto* body = std::get_if<AttentionRequest>(&request.body))
        look_again(request.id, *body);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) log_file = argv[1];
    emit(0, ReadyEvent{"0.1.0", 1});
    while (read_stdin(-1)) {
        while (!lines.empty()) {
            const std::string line = lines.front();
            lines.pop_front();
            handle(line);
        }
    }
    return 0;
}
