#include "core/protocol/train_protocol.h"

#include "core/base/error.h"
#include "core/protocol/json_fields.h"

namespace univi::protocol {

using base::Json;

Json to_json(const TrainStep& step) {
    return {{"event", "step"},
            {"step", step.step},
            {"total_steps", step.total_steps},
            {"epoch", step.epoch},
            {"loss", step.loss},
            {"learning_rate", step.learning_rate},
            {"grad_norm", step.grad_norm},
            {"samples_per_s", step.samples_per_s},
            {"tokens_per_s", step.tokens_per_s},
            {"step_s", step.step_s},
            {"eta_s", step.eta_s},
            {"memory_bytes", step.memory_bytes}};
}

TrainStep train_step_from_json(const Json& json) {
    const JsonFields fields(json, "step");
    std::string event = "step";
    fields.read("event", event);
    if (event != "step") fields.fail("event", "must be \"step\", not \"" + event + "\"");
    TrainStep step;
    fields.read("step", step.step);
    fields.read("total_steps", step.total_steps);
    fields.read("epoch", step.epoch);
    fields.read("loss", step.loss);
    fields.read("learning_rate", step.learning_rate);
    fields.read("grad_norm", step.grad_norm);
    fields.read("samples_per_s", step.samples_per_s);
    fields.read("tokens_per_s", step.tokens_per_s);
    fields.read("step_s", step.step_s);
    fields.read("eta_s", step.eta_s);
    fields.read("memory_bytes", step.memory_bytes);
    return step;
}

Json train_event(const std::string& event, const Json& fields) {
    Json result = {{"event", event}};
    if (fields.is_null()) return result;
    if (!fields.is_object())
        throw base::Error(base::ErrorKind::Internal,
                          "The fields of a training event must be a JSON object.");
    for (const auto& [name, value] : fields.items())
        if (name != "event") result[name] = value;
    return result;
}

std::string train_line(const Json& event) {
    return dump_line(event);
}

}  // namespace univi::protocol
