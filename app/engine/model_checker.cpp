#include "app/engine/model_checker.h"

#include <exception>
#include <string>
#include <utility>
#include <variant>

#include "app/engine/load_options.h"
#include "core/base/error.h"
#include "core/session/failure.h"

namespace univi::engine {

ModelChecker::ModelChecker(session::EngineOptions defaults, const std::atomic<bool>& has_model,
                           EventWriter& events)
    : defaults_(std::move(defaults)), has_model_(has_model), events_(events) {}

void ModelChecker::run(RequestQueue& queue) {
    while (const auto work = queue.next()) check(*work);
}

void ModelChecker::check(const Work& work) {
    const std::int64_t id = work.request.id;
    try {
        const auto stop = work.stop.get_token();
        base::throw_if_stopped(stop, "checking the model");
        const auto& request = std::get<protocol::LoadRequest>(work.request.body);
        session::check_model(options_for(request, defaults_), stop);
        events_.send({id, protocol::CheckedEvent{}});
    } catch (...) {
        const base::Error error =
            session::describe_failure(std::current_exception(), "checking the model");
        events_.send({id, protocol::ErrorEvent{std::string(base::to_string(error.kind())),
                                               error.what(), has_model_}});
    }
}

}  // namespace univi::engine
