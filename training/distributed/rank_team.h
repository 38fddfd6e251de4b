#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "training/distributed/heartbeat.h"
#include "training/distributed/process_group.h"

namespace univi::training {

struct TeamOptions {
    c10::Device device{c10::kCPU};
    /// for all ranks to appear
    std::chrono::milliseconds join_timeout = std::chrono::minutes(5);
    /// a rank may be slow that long
    std::chrono::milliseconds collective_timeout = std::chrono::minutes(30);
    HeartbeatOptions heartbeat;
};

/// All ranks of a run as one of them sees them: collectives, a meeting place, and who is still
/// alive. With one rank everything is at hand and nothing is opened.
class RankTeam {
  public:
    /// Meets the others. `on_lost`: see Heartbeat. Throws Error{Device|Usage}.
    RankTeam(const RankEnvironment& environment, const TeamOptions& options,
             std::function<void(const protocol::train::ErrorEvent&)> on_lost);
    ~RankTeam();

    int rank() const { return environment_.rank; }
    int size() const { return environment_.size; }
    bool is_alone() const { return environment_.is_alone(); }
    bool is_first() const { return environment_.rank == 0; }
    ProcessGroup& group() { return *group_; }

    /// Sums every number over the ranks, in place.
    void sum(std::vector<double>& values);
    /// Rank 0's text, at every rank.
    std::string broadcast_text(const std::string& text);
    /// What each rank has to say: the first text that is not empty, with its rank before it when
    /// there are several; every rank gets the same.
    std::string first_text_with_rank(const std::string& own);
    /// The same of errors: the first one, with its rank in its message.
    std::optional<protocol::train::ErrorEvent> first_error(
        const std::optional<protocol::train::ErrorEvent>& own);
    /// This rank ends on an error: the others hear why.
    void announce_failure(const protocol::train::ErrorEvent& error);
    /// All ranks are through: nobody is watched any more. Every rank calls it.
    void finish();

  private:
    /// The first text that is not empty and the rank that has it; every rank gets the same.
    struct Said {
        int rank = 0;
        std::string text;
    };
    Said first_text(const std::string& own);
    /// Waits for a text that another rank sets. A meeting place that went away went with a rank:
    /// then throws what became of that one, as a failed collective does.
    std::string wait_for(const std::string& key);

    RankEnvironment environment_;
    TeamOptions options_;
    std::shared_ptr<Rendezvous> rendezvous_;
    std::unique_ptr<ProcessGroup> group_;
    std::unique_ptr<Heartbeat> heartbeat_;
    std::int64_t texts_ = 0;
    bool has_failed_ = false;
};

}  // namespace univi::training
