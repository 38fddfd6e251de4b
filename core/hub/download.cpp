#include "core/hub/download.h"

#include <fnmatch.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/hub/blob_download.h"
#include "core/hub/cache_folder.h"
#include "core/hub/hub_api.h"
#include "core/hub/loadable_files.h"

namespace univi::hub {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

constexpr std::int64_t kSpareBytes = 64 << 20;  ///< left free on the disk

/// Works through `count` items on several threads; the first failure stops all and is thrown.
class Workers {
  public:
    explicit Workers(const base::StopToken& stop)
        : forward_(stop, [this] { stop_.request_stop(); }) {}

    /// `start` is called on each thread and gives what it does with an item.
    void run(int threads, int count,
             const std::function<std::function<void(int)>(base::StopToken)>& start) {
        std::vector<std::jthread> pool;
        for (int i = 0; i < std::min(threads, count); ++i)
            pool.emplace_back([&] { work(count, start); });
        pool.clear();  // joins
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    void work(int count, const std::function<std::function<void(int)>(base::StopToken)>& start) {
        try {
            const auto item = start(stop_.get_token());
            for (int i = next_++; i < count && !stop_.stop_requested(); i = next_++) item(i);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            // What the others say when they are stopped for it comes later.
            if (!failure_) failure_ = std::current_exception();
            stop_.request_stop();
        }
    }

    base::StopSource stop_;
    std::stop_callback<std::function<void()>> forward_;
    std::atomic<int> next_ = 0;
    std::mutex mutex_;
    std::exception_ptr failure_;
};

/// Adds up what the threads report.
class Counter {
  public:
    using Report = std::function<void(const DownloadProgress&)>;
    explicit Counter(const Report& report) : report_(report) {}

    void expect(std::int64_t bytes) {
        const std::lock_guard lock(mutex_);
        state_.bytes_total += std::max<std::int64_t>(bytes, 0);
        ++state_.files_total;
    }
    /// `before`: bytes of the file that were counted already.
    void add(const std::string& file, std::int64_t before, std::int64_t now, bool fetched) {
        const std::lock_guard lock(mutex_);
        state_.bytes += now - before;
        if (fetched) state_.bytes_fetched += std::max<std::int64_t>(now - before, 0);
        state_.file = base::shown_path(file);
        state_.file_bytes = now;
        state_.file_done = false;
        tell();
    }
    void finish_file(const std::string& file, std::int64_t bytes) {
        const std::lock_guard lock(mutex_);
        ++state_.files;
        state_.file = base::shown_path(file);
        state_.file_bytes = bytes;
        state_.file_done = true;
        tell();
    }

  private:
    void tell() {
        if (report_) report_(state_);
    }
    const Report& report_;
    std::mutex mutex_;
    DownloadProgress state_;
};

bool is_wanted(const std::string& path, const std::vector<std::string>& patterns) {
    return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& pattern) {
               return ::fnmatch(pattern.c_str(), path.c_str(), 0) == 0;
           });
}

class Download {
  public:
    Download(const DownloadOptions& options, const Settings& settings,
             const std::function<void(const DownloadProgress&)>& progress,
             const base::StopToken& stop)
        : options_(options),
          settings_(settings),
          stop_(stop),
          repository_(parse_repository(options.repository, settings.endpoint)),
          cache_(settings.cache, repository_.id),
          counter_(progress) {
        if (!options.revision.empty()) repository_.revision = options.revision;
        if (repository_.revision.empty()) repository_.revision = "main";
        if (!is_revision(repository_.revision))
            throw Error(ErrorKind::Usage, "The revision " + base::shown_path(repository_.revision) +
                                              " cannot be one: name a branch, tag or commit.");
    }

    fs::path run() {
        if (settings_.offline) return find_offline();
        HubApi api(settings_, stop_);
        // Who just asked for it hears at once that there is no network; what is under way waits.
        RetryRules rules = options_.retries;
        rules.waits_for_network = false;
        const RepositoryFiles all =
            with_retries(rules, repository_.id, stop_, [&] { return api.list(repository_); });
        commit_ = all.commit;
        choose(all.files);
        cache_.create();
        describe_missing();
        tell_plan();
        check_space();
        fetch();
        cache_.write_ref(repository_.revision, commit_);
        return cache_.snapshot(commit_);
    }

  private:
    fs::path find_offline() const {
        const auto commit = cache_.commit_of(repository_.revision);
        std::error_code error;
        const bool is_there = commit && fs::is_directory(cache_.snapshot(*commit), error);
        if (is_there && (repository_.file.empty() || cache_.has(*commit, repository_.file)))
            return cache_.snapshot(*commit);
        throw Error(ErrorKind::File, repository_.id + " (" + repository_.revision +
                                         ") was not downloaded yet, and this is offline "
                                         "(--offline or HF_HUB_OFFLINE).");
    }

    void choose(const std::vector<std::string>& files) {
        for (const std::string& path : options_.loadable_only ? loadable_files(files) : files) {
            const bool wanted = repository_.file.empty() ? is_wanted(path, options_.include)
                                                         : path == repository_.file;
            if (!wanted) continue;
            any_ = true;
            if (!cache_.has(commit_, path)) missing_.push_back(path);
        }
        if (any_) return;
        throw Error(ErrorKind::Usage,
                    repository_.id + " (" + repository_.revision + ") has no file that " +
                        (options_.include.empty() ? "is called " + repository_.file
                                                  : "fits --include " + options_.include.front()) +
                        ".");
    }

    void describe_missing() {
        remote_.resize(missing_.size());
        Workers(stop_).run(
            options_.connections, static_cast<int>(missing_.size()), [&](base::StopToken stop) {
                const auto api = std::make_shared<HubApi>(settings_, stop);
                return [this, api, stop](int i) {
                    const auto at = static_cast<std::size_t>(i);
                    remote_[at] = with_retries(
                        options_.retries, base::shown_path(missing_[at]), stop,
                        [&] { return api->describe(repository_, commit_, missing_[at]); });
                };
            });
        for (const RemoteFile& file : remote_) counter_.expect(file.size);
    }

    /// Two files of the same content are one blob.
    std::int64_t bytes_to_come() const {
        std::int64_t total = 0;
        std::set<std::string> seen;
        std::error_code error;
        for (const RemoteFile& file : remote_) {
            if (!seen.insert(file.etag).second || fs::exists(cache_.blob(file.etag), error))
                continue;
            const auto here = fs::file_size(cache_.incomplete(file.etag), error);
            total += std::max<std::int64_t>(
                0, file.size - (error ? 0 : static_cast<std::int64_t>(here)));
        }
        return total;
    }

    void tell_plan() const {
        if (!options_.planned) return;
        DownloadPlan plan{repository_.id, commit_, 0, bytes_to_come(), remote_};
        for (const RemoteFile& file : remote_)
            plan.bytes_total += std::max<std::int64_t>(0, file.size);
        options_.planned(plan);
    }

    void check_space() const {
        std::error_code error;
        const fs::space_info space = fs::space(settings_.cache, error);
        const std::int64_t needed = bytes_to_come();
        if (error || needed == 0) return;
        if (space.available >= static_cast<std::uintmax_t>(needed + kSpareBytes)) return;
        throw Error(ErrorKind::File,
                    repository_.id + " needs " +
                        base::byte_text(static_cast<std::uint64_t>(needed)) + " more, and " +
                        settings_.cache.string() + " has " + base::byte_text(space.available) +
                        " free: make room, or set HF_HOME to a folder on another disk.");
    }

    void fetch() {
        Workers(stop_).run(
            options_.connections, static_cast<int>(remote_.size()), [&](base::StopToken stop) {
                const auto blobs =
                    std::make_shared<BlobDownload>(settings_, cache_, options_.retries, stop);
                return [this, blobs](int i) {
                    fetch_one(*blobs, remote_[static_cast<std::size_t>(i)]);
                };
            });
    }

    void fetch_one(BlobDownload& blobs, const RemoteFile& file) {
        std::int64_t counted = 0;
        bool first = true;  // what is there before the first byte comes
        blobs.fetch(file, [&](std::int64_t bytes) {
            counter_.add(file.path, counted, bytes, !first);
            counted = bytes;
            first = false;
        });
        cache_.link(commit_, file.path, file.etag);
        counter_.finish_file(file.path, counted);
    }

    const DownloadOptions& options_;
    const Settings& settings_;
    base::StopToken stop_;
    Repository repository_;
    CacheFolder cache_;
    Counter counter_;
    std::string commit_;
    bool any_ = false;
    std::vector<std::string> missing_;
    std::vector<RemoteFile> remote_;
};

}  // namespace

fs::path download_repository(const DownloadOptions& options, const Settings& settings,
                             const std::function<void(const DownloadProgress&)>& progress,
                             const base::StopToken& stop) {
    if (options.connections < 1 || options.connections > 32)
        throw Error(ErrorKind::Usage, "From 1 to 32 files are fetched at a time.");
    return Download(options, settings, progress, stop).run();
}

std::int64_t discard_unfinished(const std::string& repository, const Settings& settings) {
    const Repository which = parse_repository(repository, settings.endpoint);
    return CacheFolder(settings.cache, which.id).remove_unfinished();
}

}  // namespace univi::hub
