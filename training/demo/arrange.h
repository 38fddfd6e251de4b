#pragma once

#include <cstdint>
#include <filesystem>

namespace univi::training::demo {

/// Writes work/questions.json: the conversations of work/pictures and work/clips in the order of
/// training, shuffled by `seed` and then in whole batches of one kind, three of pictures and one
/// of clips in turn. (A clip is twice as long as a picture: in a mixed batch every picture would
/// be padded to its length.) Incomplete batches are left out. Clips begin again when they run
/// out. Throws Error{File|Format}.
void arrange_conversations(const std::filesystem::path& work, int batch_size, std::uint64_t seed);

}  // namespace univi::training::demo
