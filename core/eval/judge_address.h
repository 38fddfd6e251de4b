#pragma once

#include <string>

namespace univi::eval {

/// Where an OpenAI-compatible endpoint is.
struct JudgeAddress {
    std::string origin;  ///< "https://api.openai.com" or "http://127.0.0.1:8000"
    std::string host;
    std::string path;  ///< "/v1/chat/completions"
    bool is_local = false;
};

/// Reads https://HOST[:PORT][/PATH] (http for this machine only, so that no key and no data travel
/// open); a path that does not name chat/completions gets it, none at all becomes /v1. Throws
/// Error{Usage}: bad address, words beyond an address (user, query, fragment).
JudgeAddress parse_judge_address(const std::string& text);

/// Returns the key for a judge: $UNIVI_JUDGE_KEY, $OPENAI_API_KEY, or the desktop keyring's entry
/// (service univi-studio, judge <host>; needs secret-tool). Empty when there is none. Never logged.
/// `from` (may be null) receives where it was found.
std::string find_judge_key(const std::string& host, std::string* from = nullptr);

}  // namespace univi::eval
