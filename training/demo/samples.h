#pragma once

#include <filesystem>

namespace univi::training::demo {

/// Writes the sample pictures (JPEG) and clips (MP4, each with a poster of the same name in JPEG)
/// that the desktop offers, and samples.json: file, kind ("picture" or "clip"), title and a
/// question for each. None of these compositions is among the training scenes.
void write_samples(const std::filesystem::path& folder);

}  // namespace univi::training::demo
