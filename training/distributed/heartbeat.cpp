#include "training/distributed/heartbeat.h"

#include <unistd.h>

#include <algorithm>

#include "core/protocol/fault.h"

namespace univi::training {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using protocol::train::ErrorEvent;

namespace {

constexpr const char* kVerdict = "verdict";
constexpr const char* kLeft = "left";

std::string seconds_text(std::chrono::milliseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

ErrorEvent lost(const std::string& sentence) {
    return protocol::train::error_event(
        protocol::FaultError(base::ErrorKind::Device, protocol::Fault::RankLost, sentence));
}

/// A verdict as it stands in the meeting place: the line of its event.
ErrorEvent verdict_from(const std::string& line) {
    try {
        if (const auto event = protocol::train::parse_event(line))
            if (const auto* error = std::get_if<ErrorEvent>(&*event)) return *error;
    } catch (const base::Error&) {
    }
    return lost(line);
}

std::string key_of(int rank) {
    return "beat/" + std::to_string(rank);
}

}  // namespace

Heartbeat::Heartbeat(std::shared_ptr<Rendezvous> connection, int rank, int size,
                     HeartbeatOptions options, std::function<std::int64_t()> progress,
                     std::function<void(const ErrorEvent&)> on_lost)
    : connection_(std::move(connection)),
      rank_(rank),
      size_(size),
      options_(options),
      progress_(std::move(progress)),
      on_lost_(std::move(on_lost)),
      peers_(static_cast<std::size_t>(size)),
      last_exchange_(Clock::now()) {
    for (Peer& peer : peers_) peer.changed = Clock::now();
    beater_ = std::thread([this] { beat(); });
    guard_ = std::thread([this] { guard(); });
}

Heartbeat::~Heartbeat() {
    stop();
}

bool Heartbeat::sleep(std::chrono::milliseconds time) {
    const auto end = Clock::now() + time;
    while (!stop_ && Clock::now() < end) std::this_thread::sleep_for(20ms);
    return !stop_;
}

void Heartbeat::stop() {
    stop_ = true;
    if (beater_.joinable()) beater_.join();
    if (guard_.joinable()) guard_.join();
}

/// Own counter out, everybody else's in, and the shared verdict.
void Heartbeat::exchange() {
    Verdict announce;
    {
        const std::lock_guard lock(mutex_);
        announce = to_announce_;
    }
    if (announce && !was_told_) {
        if (!connection_->find(kVerdict))
            connection_->set(kVerdict, protocol::train::to_line(*announce));
        was_told_ = true;
    }
    connection_->set(key_of(rank_), std::to_string(++count_) + " " + std::to_string(progress_()));
    for (int i = 0; i < size_; ++i) {
        if (i == rank_) continue;
        const auto value = connection_->find(key_of(i));
        const std::lock_guard lock(mutex_);
        Peer& peer = peers_[static_cast<std::size_t>(i)];
        if (!value || *value == peer.last) continue;
        peer.last = *value;
        peer.changed = Clock::now();
        peer.has_left = *value == kLeft;
        if (const auto space = value->find(' '); space != std::string::npos)
            peer.collectives = std::atoll(value->c_str() + space + 1);
    }
    const auto verdict = connection_->find(kVerdict);
    const std::lock_guard lock(mutex_);
    if (verdict && !verdict_) verdict_ = verdict_from(*verdict);
    last_exchange_ = Clock::now();
}

/// The rank that has not moved for `limit`; nothing when all do.
Heartbeat::Verdict Heartbeat::stale_rank(std::chrono::milliseconds limit) {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto silent = [&](int rank, Clock::time_point since) {
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now - since);
        return lost("Rank " + std::to_string(rank) + " has given no sign of life for " +
                    seconds_text(time) + ": its process is dead, stopped or cut off.");
    };
    // Rank 0 serves the store: when nothing can be read any more, it is the one that is gone.
    if (rank_ != 0 && now - last_exchange_ > limit) return silent(0, last_exchange_);
    for (int i = 0; i < size_; ++i) {
        const Peer& peer = peers_[static_cast<std::size_t>(i)];
        if (i != rank_ && !peer.has_left && now - peer.changed > limit)
            return silent(i, peer.changed);
    }
    return std::nullopt;
}

Heartbeat::Verdict Heartbeat::shared_verdict() {
    const std::lock_guard lock(mutex_);
    return verdict_;
}

void Heartbeat::tell_verdict(const ErrorEvent& verdict) {
    const std::lock_guard lock(mutex_);
    if (!to_announce_) to_announce_ = verdict;
    if (!verdict_) verdict_ = verdict;
}

void Heartbeat::beat() {
    do {
        try {
            exchange();
        } catch (const std::exception&) {
            // The guard decides how long the store may be silent.
        }
        bool hurry = is_diagnosing_;
        {
            const std::lock_guard lock(mutex_);
            hurry = hurry || (to_announce_ && !was_told_);
        }
        if (!sleep(hurry ? options_.interval / 4 : options_.interval)) break;
    } while (!stop_);
    try {
        connection_->set(key_of(rank_), kLeft);
    } catch (const std::exception&) {
    }
}

/// Apart from the beating thread, which may hang in the store of a stopped rank 0.
void Heartbeat::guard() {
    while (sleep(200ms)) {
        if (is_diagnosing_) continue;
        Verdict verdict = shared_verdict();
        if (!verdict) verdict = stale_rank(options_.timeout);
        if (!verdict) continue;
        tell_verdict(*verdict);
        // The main thread may have met the failure at the same moment and says it with its context.
        for (int i = 0; i < 10 && !is_diagnosing_; ++i)
            if (!sleep(200ms)) return;
        if (is_diagnosing_) continue;
        on_lost_(*verdict);
        return;
    }
}

/// What is left to say when no rank was found silent.
ErrorEvent Heartbeat::behind(const std::string& what) {
    const std::lock_guard lock(mutex_);
    int behind = -1;
    for (int i = 0; i < size_; ++i)
        if (i != rank_ && (behind < 0 || peers_[std::size_t(i)].collectives <
                                             peers_[std::size_t(behind)].collectives))
            behind = i;
    return lost("The ranks lost each other (" + what + "); rank " + std::to_string(behind) +
                " is behind with " +
                std::to_string(behind < 0 ? 0 : peers_[std::size_t(behind)].collectives) +
                " collectives.");
}

ErrorEvent Heartbeat::diagnose(const std::string& what) {
    is_diagnosing_ = true;
    const auto end = Clock::now() + options_.timeout;
    // Beats come every interval, faster now: a rank that stays behind for three of them is gone.
    const auto limit = std::min(options_.interval * 3, options_.timeout);
    Verdict verdict;
    while (!verdict && Clock::now() < end) {
        verdict = shared_verdict();
        if (!verdict) verdict = stale_rank(limit);
        if (!verdict) std::this_thread::sleep_for(100ms);
    }
    if (!verdict) verdict = behind(what);
    tell_verdict(*verdict);
    return *verdict;
}

void Heartbeat::announce_failure(const ErrorEvent& error) {
    is_diagnosing_ = true;  // the guard leaves the words to the caller
    tell_verdict(error);
    const auto end = Clock::now() + 3s;
    while (!was_told_ && Clock::now() < end) std::this_thread::sleep_for(20ms);
    // The store lives in rank 0: it stays a moment longer, so that the others can read why.
    if (rank_ == 0) std::this_thread::sleep_for(options_.interval + 1s);
}

}  // namespace univi::training
