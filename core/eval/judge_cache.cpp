#include "core/eval/judge_cache.h"

#include <nlohmann/json.hpp>

#include "core/base/paths.h"
#include "core/base/sha256.h"
#include "core/eval/answer_file.h"
#include "core/eval/line_file.h"

namespace univi::eval {

JudgeCache::JudgeCache(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), error);
    repair_last_line(path_);
    for (const Record& record : read_records(path_, true))
        replies_.insert_or_assign(string_field(record.value, "key", record.where),
                                  string_field(record.value, "reply", record.where));
}

std::filesystem::path JudgeCache::default_path() {
    return base::cache_folder() / "judge-replies.jsonl";
}

std::string JudgeCache::key(const std::string& judge, const JudgeRequest& request) {
    const std::string text = base::Json{judge, request.system, request.user, request.attempt}.dump(
        -1, ' ', false, base::Json::error_handler_t::replace);
    return base::text_sha256_hex(text);
}

std::optional<std::string> JudgeCache::find(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = replies_.find(key);
    return found == replies_.end() ? std::nullopt : std::optional(found->second);
}

void JudgeCache::add(const std::string& key, const std::string& reply) {
    const std::string line = base::Json{{"key", key}, {"reply", reply}}.dump(
                                 -1, ' ', false, base::Json::error_handler_t::replace) +
                             "\n";
    const std::lock_guard lock(mutex_);
    append_synced(open_locked(path_), path_, line);
    replies_.insert_or_assign(key, reply);
}

}  // namespace univi::eval
