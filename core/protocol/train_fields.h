#pragma once

#include "core/protocol/fields.h"
#include "core/protocol/train_protocol.h"

// The fields of univi-train's events (core/protocol/fields.h); the functions of train_protocol.h,
// which write and read them, are defined beside them.
namespace univi::protocol {

template <>
struct EnumNames<train::BranchCause> {
    static constexpr std::pair<train::BranchCause, const char*> kNames[] = {
        {train::BranchCause::Asked, "asked"}, {train::BranchCause::Needed, "needed"}};
};

}  // namespace univi::protocol

namespace univi::protocol::train {

/// v.figure: a number that has a curve over the steps; for the others it is a field like any.
template <class V, typename T>
void figure(V& v, const char* name, T& value) {
    if constexpr (requires { v.figure(name, value); })
        v.figure(name, value);
    else
        v(name, value);
}

template <class V>
void fields(V& v, StepEvent& step) {
    v.required("step", step.step);
    v("total_steps", step.total_steps);
    v("epoch", step.epoch);
    v("eta_s", step.eta_s);
    figure(v, "loss", step.loss);
    figure(v, "learning_rate", step.learning_rate);
    figure(v, "grad_norm", step.grad_norm);
    figure(v, "samples_per_s", step.samples_per_s);
    figure(v, "tokens_per_s", step.tokens_per_s);
    figure(v, "step_s", step.step_s);
    figure(v, "memory_bytes", step.memory_bytes);
    v.sparse("data_s", step.data_s);
}

template <class V>
void fields(V& v, RunFacts& facts) {
    v("total_steps", facts.total_steps);
    v.sparse("samples", facts.samples);
    v.sparse("batches_per_epoch", facts.batches_per_epoch);
    v.sparse("warmup_steps", facts.warmup_steps);
    v.sparse("trained_parameters", facts.trained_parameters);
    v.sparse("threads", facts.threads);
    v.sparse("ranks", facts.ranks);
    v.sparse("device", facts.device);
    v.sparse("dtype", facts.dtype);
    v.sparse("backend", facts.backend);
    v.sparse("parallel", facts.parallel);
}

template <class V>
void fields(V& v, DataPosition& position) {
    v("step", position.step);
    v("epoch", position.epoch);
    v("sample", position.sample);
}

template <class V>
void fields(V& v, BatchChange& change) {
    v("before", change.before);
    v("now", change.now);
}

template <class V>
void fields(V& v, StartEvent& start) {
    fields(v, start.facts);
    v.path("run", start.run, "run_bytes");
    v.path_or_null("resumed_from", start.resumed_from, "resumed_from_bytes");
    v.path_or_null("started_from", start.started_from, "started_from_bytes");
    v.sparse("engine", start.engine);
    v.sparse("position", start.position);
    v("changed", start.changed);
}

template <class V>
void fields(V& v, WarningEvent& warning) {
    v.required("message", warning.message);
    v.sparse("fault", warning.fault);
}

template <class V>
void fields(V& v, ErrorEvent& error) {
    v("kind", error.kind);
    v.required("message", error.message);
    v.sparse("fault", error.fault);
    v.sparse("items", error.items);
}

template <class V>
void fields(V& v, CheckpointEvent& checkpoint) {
    v.required("path", checkpoint.path);
    v.required("step", checkpoint.step);
}

template <class V>
void fields(V& v, EvaluationEvent& evaluation) {
    v.required("step", evaluation.step);
    v.required("loss", evaluation.loss);
    v("epoch", evaluation.epoch);
}

template <class V>
void fields(V& v, OverflowEvent& overflow) {
    v.required("step", overflow.step);
    v("loss_scale", overflow.loss_scale);
    v.required("next", overflow.next);
}

template <class V>
void fields(V& v, ProgressEvent& progress) {
    v("doing", progress.doing);
    v.required("done", progress.done);
    v.required("total", progress.total);
}

template <class V>
void fields(V& v, StoppedEvent& stopped) {
    v("step", stopped.step);
}

template <class V>
void fields(V& v, DoneEvent& done) {
    v("step", done.step);
    v("seconds", done.seconds);
}

template <class V>
void fields(V& v, Branch& branch) {
    std::int64_t version = 1;
    std::string folder = "branches/" + std::to_string(branch.number);  // follows from the number
    v("version", version);
    v("folder", folder);
    v.required("number", branch.number);
    v.required("step", branch.step);
    v.required("last_step", branch.last_step);
    v.required("cause", branch.cause);
    v.path_or_null("from", branch.from, "path_bytes");
    v("checkpoints", branch.checkpoints);
    v.paths("result", branch.result);
    v("time", branch.time);
}

}  // namespace univi::protocol::train

namespace univi::protocol {

template <>
inline constexpr const char* kMessageName<train::StartEvent> = "start";
template <>
inline constexpr const char* kMessageName<train::StepEvent> = "step";
template <>
inline constexpr const char* kMessageName<train::WarningEvent> = "warning";
template <>
inline constexpr const char* kMessageName<train::ErrorEvent> = "error";
template <>
inline constexpr const char* kMessageName<train::CheckpointEvent> = "checkpoint";
template <>
inline constexpr const char* kMessageName<train::EvaluationEvent> = "evaluation";
template <>
inline constexpr const char* kMessageName<train::OverflowEvent> = "overflow";
template <>
inline constexpr const char* kMessageName<train::ProgressEvent> = "progress";
template <>
inline constexpr const char* kMessageName<train::StoppedEvent> = "stopped";
template <>
inline constexpr const char* kMessageName<train::DoneEvent> = "done";
template <>
inline constexpr const char* kMessageName<train::Branch> = "branch";

}  // namespace univi::protocol
