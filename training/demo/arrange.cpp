#include "training/demo/arrange.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "training/demo/random.h"

namespace univi::training::demo {
namespace {

using base::Json;
constexpr std::size_t kPictureBatches = 2;  // to one of clips

/// Conversations of work/`folder` whose media are named from `work`, shuffled, in batches.
std::vector<std::vector<Json>> batches_of(const std::filesystem::path& work,
                                          const std::string& folder, const char* key,
                                          std::size_t size, std::uint64_t seed) {
    const Json list = base::read_json_file(work / folder / "train.json");
    std::vector<Json> conversations(list.begin(), list.end());
    for (Json& conversation : conversations)
        conversation[key] = folder + "/media/" + conversation.at(key).get<std::string>();
    Random random(seed);
    random.shuffle(conversations);
    std::vector<std::vector<Json>> batches;
    for (std::size_t i = 0; i + size <= conversations.size(); i += size)
        batches.emplace_back(
            std::make_move_iterator(conversations.begin() + std::ptrdiff_t(i)),
            std::make_move_iterator(conversations.begin() + std::ptrdiff_t(i + size)));
    if (batches.empty())
        throw base::Error(base::ErrorKind::Usage,
                          (work / folder).string() + " has fewer conversations than a batch of " +
                              std::to_string(size) +
                              ": make more scenes or take a smaller --batch.");
    return batches;
}

}  // namespace

void arrange_conversations(const std::filesystem::path& work, int batch_size, std::uint64_t seed) {
    const auto size = static_cast<std::size_t>(batch_size);
    const auto pictures = batches_of(work, "pictures", "image", size, seed);
    const auto clips = batches_of(work, "clips", "video", size, seed + 1);
    Json out = Json::array();
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        for (const Json& conversation : pictures[i]) out.push_back(conversation);
        if (i % kPictureBatches != kPictureBatches - 1) continue;
        for (const Json& conversation : clips[i / kPictureBatches % clips.size()])
            out.push_back(conversation);
    }
    base::write_file_atomically(work / "questions.json", out.dump(1) + "\n");
}

}  // namespace univi::training::demo
