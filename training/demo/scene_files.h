#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/base/stop_token.h"
#include "training/demo/stamps.h"

namespace univi::training::demo {

/// What `univi-demo scenes` writes into `folder`:
///   media/000000.jpg or .mp4   the pictures or clips
///   train.json                 published data format, several questions a conversation (Train)
///   captions.json              the same media, one description each (Train)
///   datasets.json              names "scenes" and "captions" for univi-train's --datasets (Train)
///   pope_random.jsonl, pope_popular.jsonl, pope_adversarial.jsonl   (Pope; pictures)
///   videoqa.json               (VideoQa; clips)
///   eval.json                  question, answer, category, expected words (Eval)
struct SceneFileOptions {
    enum class Media { Pictures, Clips };
    enum class Questions { Train, Pope, VideoQa, Eval };
    std::filesystem::path folder;
    std::filesystem::path stamps = kStampsFolder;
    Media media = Media::Pictures;
    Questions questions = Questions::Train;
    int count = 100;
    std::uint64_t seed = 1;
    int rounds = 1;  ///< conversations of a scene in train.json, each with other questions
    int pairs = 6;   ///< question-answer pairs of a conversation
    int side = 192;  ///< of the pictures and clips, px
};

/// Item i depends on seed and i alone. Media that are there already are kept, so a broken-off run
/// goes on. Throws Error{Usage} for a mix that does not exist (POPE on clips).
void write_scene_files(const SceneFileOptions& options, const base::StopToken& stop);

}  // namespace univi::training::demo
