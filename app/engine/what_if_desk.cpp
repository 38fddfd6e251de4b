#include "app/engine/what_if_desk.h"

#include <algorithm>
#include <system_error>

namespace univi::engine {

namespace {

/// The same text for the same question about the same file as it is now.
std::string key_of(const protocol::WhatIfRequest& request) {
    protocol::WhatIfRequest plain;
    plain.medium = request.medium;
    plain.question = request.question;
    plain.options = request.options;
    plain.clip = request.clip;
    std::error_code error;
    const auto changed = std::filesystem::last_write_time(request.medium, error);
    return protocol::to_line(protocol::Request{
        error ? 0 : static_cast<std::int64_t>(changed.time_since_epoch().count()), plain});
}

session::MergeChange change_of(const protocol::WhatIfRequest& request) {
    session::MergeChange change;
    if (!request.stages.empty()) std::ranges::copy(request.stages, change.stages.emplace().begin());
    change.temporal_rate = request.temporal_rate;
    change.neighbors = request.neighbors;
    return change;
}

std::string name_of(session::RankBy by, const std::vector<int>& left_out,
                    const session::GroupLayout& layout) {
    const std::string group = layout.name_of(left_out.front());
    return by == session::RankBy::Groups ? group : "event:" + group.substr(0, group.find(':'));
}

}  // namespace

void WhatIfDesk::forget() {
    what_if_.reset();
    key_.clear();
}

void WhatIfDesk::prepare(session::Engine& engine, const protocol::WhatIfRequest& request,
                         const session::Observer& observer, const base::StopToken& stop) {
    const std::string key = key_of(request);
    if (what_if_ && key == key_) return;
    forget();
    session::Question question;
    question.media = {request.medium};
    question.text = request.question;
    question.options = request.options;
    question.clips = {request.clip};
    auto what_if = engine.start_what_if(question);
    first_ = what_if->first(observer, stop);
    what_if_ = std::move(what_if);
    key_ = key;
}

protocol::WhatIfEvent WhatIfDesk::event_of(const session::VariantAnswer& answer) const {
    protocol::WhatIfEvent event;
    event.reply = answer.done.reply;
    event.visual_tokens = answer.visual_tokens;
    event.prompt_tokens = answer.prompt_tokens;
    event.log_probability = answer.log_probability;
    event.fall = first_.log_probability - answer.log_probability;
    event.token_log_probabilities = answer.token_log_probabilities;
    return event;
}

void WhatIfDesk::ask_variants(const protocol::WhatIfRequest& request, const Report& report,
                              const base::StopToken& stop) {
    what_if_->check_seed(request.seed);
    const session::MergeChange change = change_of(request);
    const session::GroupLayout layout = what_if_->layout(change);
    std::vector<session::Variant> variants;
    for (const std::string& groups : request.left_out)
        variants.push_back({change, session::parse_groups(groups, layout), request.seed});
    if (variants.empty() && (change != session::MergeChange() || request.seed))
        variants.push_back({change, {}, request.seed});
    report.variant(event_of(first_));  // once it is known that all can be asked
    for (const session::Variant& variant : variants) {
        protocol::WhatIfEvent event = event_of(what_if_->ask(variant, true, stop));
        event.left_out = variant.left_out;
        if (change != session::MergeChange()) event.groups = what_if_->groups(change);
        report.variant(std::move(event));
    }
}

void WhatIfDesk::rank(session::RankBy by, const Report& report, const base::StopToken& stop) {
    what_if_->count_to_rank(by);
    report.variant(event_of(first_));
    const auto progress = [&](int done, int total) { report.progress({done, total}); };
    const auto parts = what_if_->rank(by, progress, stop);
    const session::GroupLayout layout = what_if_->layout();
    int place = 0;
    for (const session::RankedPart& part : parts) {
        protocol::WhatIfEvent event = event_of(part.answer);
        event.left_out = part.left_out;
        event.name = name_of(by, part.left_out, layout);
        event.rank = ++place;
        report.variant(std::move(event));
    }
}

protocol::DoneEvent WhatIfDesk::answer(session::Engine& engine,
                                       const protocol::WhatIfRequest& request,
                                       const session::Observer& observer, const Report& report,
                                       const base::StopToken& stop) {
    prepare(engine, request, observer, stop);
    if (request.rank == protocol::WhatIfRank::None)
        ask_variants(request, report, stop);
    else
        rank(request.rank == protocol::WhatIfRank::Events ? session::RankBy::Events
                                                          : session::RankBy::Groups,
             report, stop);
    return first_.done;
}

}  // namespace univi::engine
