#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace univi::server {

/// Who may ask: a key where one is set, and of web pages only those that were allowed, as any page
/// in a browser of this machine can reach a server on it.
class Access {
  public:
    /// `origins`: such as "https://chat.example.org" or "*", beside the pages of this machine.
    Access(std::string key, std::vector<std::string> origins);

    /// Throws ApiError{401} unless `authorization` is "Bearer <key>", where there is a key. Takes
    /// the same time whatever is wrong with it.
    void check_key(const std::string& authorization) const;
    /// Throws ApiError{403} for a page that may not ask. An empty origin is no page.
    void check_origin(const std::string& origin) const;
    /// Throws ApiError{403} where there is no key and the request's Host is not this machine's: a
    /// page whose name was made to lead here.
    void check_host(const std::string& host) const;

  private:
    std::string key_;
    std::vector<std::string> origins_;
};

/// Returns true for "localhost", 127.0.0.0/8 and "::1", with or without brackets.
bool is_loopback(std::string_view host);

}  // namespace univi::server
