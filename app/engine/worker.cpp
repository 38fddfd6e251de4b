#include "app/engine/worker.h"

#include <algorithm>
#include <exception>
#include <filesystem>

#include "app/engine/load_options.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/session/failure.h"

namespace univi::engine {

namespace {

/// Conversations whose media stay encoded; the app restores older ones from its history.
constexpr std::size_t kMostConversations = 16;

const char* doing(const protocol::Request& request) {
    static constexpr const char* kNames[] = {"loading the model",
                                             "answering a question",
                                             "reading a picture or video",
                                             "stopping",
                                             "forgetting a conversation",
                                             "counting tokens",
                                             "keeping visual tokens",
                                             "looking for a phrase",
                                             "asking what if",
                                             "writing out a prompt",
                                             "looking at a reply again"};
    return kNames[request.body.index()];
}

session::Question questionOf(const protocol::AskRequest& request) {
    session::Question question;
    question.media = request.media;
    question.text = request.question;
    question.options = request.options;
    question.clips = request.clips;
    return question;
}

/// What people call the model: the repository's name for a snapshot in the Hugging Face cache,
/// whose folder is only a revision; else the folder's.
std::string nameOf(const std::filesystem::path& folder) {
    if (const auto repository = base::repository_of_snapshot(folder))
        return repository->substr(repository->find('/') + 1);
    return folder.lexically_normal().filename().string();
}

}  // namespace

Worker::Worker(session::EngineOptions defaults, std::atomic<bool>& has_model, EventWriter& events)
    : defaults_(std::move(defaults)), has_model_(has_model), events_(events) {}
Worker::~Worker() {
    forget_all();
}

void Worker::forget_all() {
    conversations_.clear();
    what_if_.forget();
}

template <typename Body>
void Worker::send(std::int64_t id, Body body) {
    events_.send({id, std::move(body)});
}

void Worker::run(RequestQueue& queue) {
    while (const auto work = queue.next()) handle(*work);
}

void Worker::handle(const Work& work) {
    const auto& request = work.request;
    try {
        std::visit([&](const auto& body) { perform(body, work); }, request.body);
    } catch (...) {
        const base::Error error =
            session::describe_failure(std::current_exception(), doing(request));
        base::log_warning(std::string("request ") + std::to_string(request.id) + ": " +
                          error.what());
        const bool is_load = std::holds_alternative<protocol::LoadRequest>(request.body);
        send(request.id, protocol::ErrorEvent{std::string(base::to_string(error.kind())),
                                              error.what(), is_load && engine_ != nullptr});
    }
}

void Worker::perform(const protocol::LoadRequest& request, const Work& work) {
    base::throw_if_stopped(work.stop.get_token(), "loading the model");
    const session::EngineOptions options = options_for(request, defaults_);
    const auto stop = work.stop.get_token();
    if (engine_) session::check_model(options, stop);  // when this throws, what is loaded stays
    const bool had_model = engine_ != nullptr;
    const session::EngineOptions before = loaded_;
    forget_all();  // two models at once may not fit
    has_model_ = false;
    engine_.reset();
    try {
        load(options, work);
    } catch (...) {
        if (had_model) restore(before);
        throw;
    }
    const auto& info = engine_->info();
    protocol::LoadedEvent loaded;
    loaded.model = info.folder;
    loaded.name = nameOf(info.folder);
    loaded.device = info.device;
    loaded.dtype = info.dtype;
    loaded.parameters =
        info.parameters_language + info.parameters_vision + info.parameters_projector;
    for (const auto& part : info.stored) loaded.bytes += part.bytes;
    loaded.memory = info.memory;
    loaded.places = info.places;
    loaded.layers = info.layers;
    loaded.heads = info.heads;
    loaded.context = info.context;
    loaded.templates = info.templates;
    loaded.sight = info.sight;
    loaded.sight_note = info.sight_note;
    loaded.generation = info.generation;
    send(work.request.id, std::move(loaded));
}

void Worker::load(const session::EngineOptions& options, const Work& work) {
    engine_ = session::Engine::load(
        options,
        [&](double fraction, const std::string& what) {
            send(work.request.id, protocol::LoadProgressEvent{fraction, what});
        },
        work.stop.get_token());
    loaded_ = options;
    has_model_ = true;
}

void Worker::restore(const session::EngineOptions& options) {
    try {
        engine_ = session::Engine::load(options);
        has_model_ = true;
    } catch (...) {
        const base::Error error =
            session::describe_failure(std::current_exception(), "loading the model again");
        base::log_warning(std::string("the model from before is gone: ") + error.what());
    }
}

void Worker::perform(const protocol::AskRequest& request, const Work& work) {
    auto& talk = conversation(request.conversation);
    talk.set_history(request.history, request.earlier_turns);
    send(work.request.id,
         talk.ask(questionOf(request), observer(work.request.id), work.stop.get_token()));
}

void Worker::perform(const protocol::EstimateRequest& request, const Work& work) {
    base::throw_if_stopped(work.stop.get_token(), "counting tokens");
    auto& talk = conversation(request.conversation);
    talk.set_history(request.history, request.earlier_turns);
    send(work.request.id, talk.estimate(questionOf(request)));
}

void Worker::perform(const protocol::PreviewRequest& request, const Work& work) {
    base::throw_if_stopped(work.stop.get_token(), "writing out a prompt");
    auto& talk = conversation(request.conversation);
    talk.set_history(request.history, request.earlier_turns);
    send(work.request.id, talk.preview(questionOf(request)));
}

void Worker::perform(const protocol::EncodeRequest& request, const Work& work) {
    auto& talk = conversation(request.conversation);
    bool reported = false;
    session::Observer observing = observer(work.request.id);
    observing.on_groups = [&, forward = observing.on_groups](int medium, const auto& groups) {
        reported = reported || groups.complete;
        forward(medium, groups);
    };
    const auto groups = talk.encode({request.medium, session::MediumKind::Auto, request.max_frames,
                                     request.clip, request.passing},
                                    observing, work.stop.get_token());
    if (!reported)
        send(work.request.id,
             protocol::GroupsEvent{named(groups)});  // known already: the caller waits for it
}

void Worker::perform(const protocol::StopRequest&, const Work&) {
    // The reading thread has done it.
}

void Worker::perform(const protocol::ForgetRequest& request, const Work&) {
    conversations_.remove_if(
        [&](const auto& entry) { return entry.first == request.conversation; });
}

void Worker::perform(const protocol::TokenLimitRequest& request, const Work&) {
    defaults_.token_limit = loaded_.token_limit = request.bytes;
    if (engine_) engine_->set_token_limit(request.bytes);
}

void Worker::perform(const protocol::FindRequest& request, const Work& work) {
    send(work.request.id, conversation(request.conversation)
                              .find(request, observer(work.request.id), work.stop.get_token()));
}

void Worker::perform(const protocol::WhatIfRequest& request, const Work& work) {
    const std::int64_t id = work.request.id;
    const WhatIfDesk::Report report{
        [this, id](protocol::WhatIfEvent event) {
            if (event.groups) event.groups = named(std::move(*event.groups));
            send(id, std::move(event));
        },
        [this, id](protocol::WhatIfProgressEvent event) { send(id, event); }};
    send(id,
         what_if_.answer(loaded_engine(), request, observer(id), report, work.stop.get_token()));
}

void Worker::perform(const protocol::AttentionRequest& request, const Work& work) {
    base::throw_if_stopped(work.stop.get_token(), "looking at a reply again");
    const std::int64_t id = work.request.id;
    auto& talk = conversation(request.conversation);
    talk.set_history(request.history, request.earlier_turns);
    send(id, talk.look_again(questionOf(request), request.reply, request.choice, observer(id),
                             work.stop.get_token()));
}

session::Engine& Worker::loaded_engine() const {
    if (!engine_)
        throw base::Error(base::ErrorKind::Model,
                          "No model is loaded: choose one under Models and ask again.");
    return *engine_;
}

session::Conversation& Worker::conversation(const std::string& name) {
    session::Engine& engine = loaded_engine();
    const auto known =
        std::ranges::find(conversations_, name, [](const auto& entry) { return entry.first; });
    if (known != conversations_.end())
        conversations_.splice(conversations_.begin(), conversations_, known);
    else
        conversations_.emplace_front(name, engine.start_conversation());
    if (conversations_.size() > kMostConversations) conversations_.pop_back();
    return *conversations_.front().second;
}

/// The groups with the model that they are of.
protocol::TokenGroups Worker::named(protocol::TokenGroups groups) const {
    groups.model = nameOf(loaded_engine().info().folder);
    return groups;
}

session::Observer Worker::observer(std::int64_t id) {
    session::Observer out;
    out.on_media_progress = [this, id](const auto& event) { send(id, event); };
    out.on_groups = [this, id](int medium, const auto& groups) {
        protocol::GroupsEvent event{named(groups)};
        event.groups.medium = medium;
        send(id, std::move(event));
    };
    out.on_prompt = [this, id](const auto& event) { send(id, event); };
    out.on_token = [this, id](const auto& event) { send(id, event); };
    return out;
}

}  // namespace univi::engine
