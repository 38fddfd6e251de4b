#pragma once

#include <filesystem>
#include <string>

namespace univi::base {

/// Reads a file with one secret in it, such as a token, without the space around it; empty where
/// there is none. Throws Error{File} when it cannot be read.
std::string read_secret(const std::filesystem::path& file);

/// Writes such a file, which its owner alone may read, in place of the one before; an empty secret
/// removes it. Makes the folder. Throws Error{File}.
void write_secret(const std::filesystem::path& file, const std::string& secret);

/// Returns the file that programs of the Hugging Face hub keep their token in: $HF_TOKEN_PATH,
/// $HF_HOME/token, or ~/.cache/huggingface/token.
std::filesystem::path hub_token_file();
/// Returns the token of HF_TOKEN (formerly HUGGING_FACE_HUB_TOKEN), which goes before the file's;
/// empty: not set.
std::string hub_token_of_environment();

}  // namespace univi::base
