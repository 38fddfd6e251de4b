#include "training/distributed/rank_team.h"

#include <thread>

#include "training/distributed/open_group.h"

namespace univi::training {

using Clock = std::chrono::steady_clock;

RankTeam::RankTeam(const RankEnvironment& environment, const TeamOptions& options,
                   std::function<void(const protocol::train::ErrorEvent&)> on_lost)
    : environment_(environment), options_(options) {
    if (is_alone()) {
        group_ = ProcessGroup::alone();
        return;
    }
    rendezvous_ = open_rendezvous(environment_, options.join_timeout);
    group_ =
        open_process_group(environment_, rendezvous_, {options.device, options.collective_timeout});
    heartbeat_ = std::make_unique<Heartbeat>(
        rendezvous_->second_connection(), rank(), size(), options.heartbeat,
        [group = group_.get()] { return group->collectives_begun(); }, std::move(on_lost));
    group_->explain_failures_with(
        [this](const std::string& what) { return heartbeat_->diagnose(what); });
}

RankTeam::~RankTeam() {
    heartbeat_.reset();  // before the group whose progress it reads
}

void RankTeam::sum(std::vector<double>& values) {
    if (is_alone()) return;
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kDouble);
    std::copy(values.begin(), values.end(), tensor.data_ptr<double>());
    group_->all_reduce(tensor).wait();
    const double* sums = tensor.const_data_ptr<double>();
    values.assign(sums, sums + values.size());
}

std::string RankTeam::broadcast_text(const std::string& text) {
    if (is_alone()) return text;
    const std::string key = "text/" + std::to_string(texts_++);
    if (is_first()) {
        rendezvous_->set(key, text);
        return text;
    }
    return wait_for(key);
}

std::string RankTeam::wait_for(const std::string& key) {
    try {
        return rendezvous_->get(key, options_.collective_timeout);
    } catch (const base::Error& error) {
        group_->throw_failure(error.what());
    }
}

RankTeam::Said RankTeam::first_text(const std::string& own) {
    if (is_alone()) return {0, own};
    const std::string key = "problem/" + std::to_string(texts_++) + "/";
    if (!own.empty()) rendezvous_->set(key + std::to_string(rank()), own);
    std::vector<double> flags(static_cast<std::size_t>(size()), 0);
    if (!own.empty()) flags[static_cast<std::size_t>(rank())] = 1;
    sum(flags);
    for (int i = 0; i < size(); ++i)
        if (flags[static_cast<std::size_t>(i)] > 0) return {i, wait_for(key + std::to_string(i))};
    return {};
}

std::string RankTeam::first_text_with_rank(const std::string& own) {
    const Said first = first_text(own);
    if (is_alone() || first.text.empty()) return first.text;
    return "Rank " + std::to_string(first.rank) + ": " + first.text;
}

std::optional<protocol::train::ErrorEvent> RankTeam::first_error(
    const std::optional<protocol::train::ErrorEvent>& own) {
    if (is_alone()) return own;
    const Said first = first_text(own ? protocol::train::to_line(*own) : std::string());
    if (first.text.empty()) return std::nullopt;
    auto error = std::get<protocol::train::ErrorEvent>(*protocol::train::parse_event(first.text));
    error.message = "Rank " + std::to_string(first.rank) + ": " + error.message;
    return error;
}

void RankTeam::announce_failure(const protocol::train::ErrorEvent& error) {
    if (!heartbeat_ || has_failed_) return;
    has_failed_ = true;
    heartbeat_->announce_failure(error);
}

void RankTeam::finish() {
    if (is_alone() || has_failed_) return;
    group_->barrier();
    heartbeat_->stop();
    // The store goes with rank 0: it waits until the others need it no more.
    rendezvous_->add("done", 1);
    if (!is_first()) return;
    const auto end = Clock::now() + std::chrono::seconds(10);
    while (rendezvous_->add("done", 0) < size() && Clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace univi::training
