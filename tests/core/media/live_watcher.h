#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/media/live_camera.h"
#include "core/media/video.h"

namespace univi::test {

/// Watches a camera from another thread.
class LiveWatcher {
  public:
    media::LiveCamera::Observer observer() {
        return {[this](const media::LivePicture& picture) {
                    const std::lock_guard lock(mutex_);
                    last_ = picture;
                    changed_.notify_all();
                },
                [this](std::exception_ptr why) {
                    const std::lock_guard lock(mutex_);
                    ended_ = true;
                    why_ = std::move(why);
                    changed_.notify_all();
                }};
    }
    bool wait_for(std::int64_t taken) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return last_.taken >= taken; });
    }
    bool wait_for_end() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return ended_; });
    }
    media::LivePicture last() {
        const std::lock_guard lock(mutex_);
        return last_;
    }
    std::string why() {
        if (!why_) return "";
        try {
            std::rethrow_exception(why_);
        } catch (const base::Error& error) {
            return error.what();
        }
    }

  private:
    static constexpr auto kPatience = std::chrono::seconds(60);
    std::mutex mutex_;
    std::condition_variable changed_;
    media::LivePicture last_;
    bool ended_ = false;
    std::exception_ptr why_;
};

inline media::LiveOptions window(int frames, double every) {
    media::LiveOptions options;
    options.frames = frames;
    options.every_s = every;
    return options;
}

inline std::vector<media::VideoFrame> frames_of(const std::filesystem::path& file) {
    media::FrameSampling all;
    all.max_frames = 1000;
    all.spread = true;
    media::VideoReader reader(file, all);
    std::vector<media::VideoFrame> out;
    while (auto frame = reader.next()) out.push_back(std::move(*frame));
    return out;
}

}  // namespace univi::test
