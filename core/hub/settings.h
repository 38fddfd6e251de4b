#pragma once

#include <filesystem>
#include <string>

namespace univi::hub {

/// Where the hub and its cache are, as the environment says it to every program that uses them.
struct Settings {
    std::string endpoint;         ///< HF_ENDPOINT, else https://huggingface.co; no slash at the end
    std::string token;            ///< HF_TOKEN, else the token file; empty: none
    std::filesystem::path cache;  ///< HF_HUB_CACHE, HF_HOME/hub, or below the home folder
    bool offline = false;         ///< HF_HUB_OFFLINE
};

/// Throws Error{Usage} for an endpoint that is no http or https address.
Settings settings_from_environment();

/// Returns true where the token may go: over TLS, or to this machine.
bool is_private_way(const std::string& address);

}  // namespace univi::hub
