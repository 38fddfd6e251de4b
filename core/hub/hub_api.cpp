#include "core/hub/hub_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_text.h"

namespace univi::hub {

using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

constexpr std::size_t kLargestList = std::size_t{64} << 20, kMostFiles = 20000;

bool is_hex(const std::string& text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// 'W/"abc"' -> abc.
std::string plain_etag(std::string etag) {
    if (etag.starts_with("W/")) etag.erase(0, 2);
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        etag = etag.substr(1, etag.size() - 2);
    return etag;
}

/// An ETag becomes a file's name.
bool is_file_name(const std::string& etag) {
    const auto is_fine = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; };
    return !etag.empty() && etag.size() <= 128 && std::ranges::all_of(etag, is_fine);
}

std::int64_t size_of(const HttpResponse& response) {
    std::string text = response.header("x-linked-size");
    if (text.empty()) text = response.header("content-length");
    std::int64_t size = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    return error == std::errc() && end == text.data() + text.size() && size >= 0 ? size : -1;
}

RepositoryFiles files_of(const std::string& body, const std::string& id) {
    RepositoryFiles out;
    const auto damaged = [&](const std::string& what) {
        return Error(ErrorKind::Format, "The hub's list of the files of " + id + " " + what + ".");
    };
    try {
        const Json json = base::parse_json(body, "The hub's list of the files of " + id);
        out.commit = json.at("sha").get<std::string>();
        for (const Json& file : json.at("siblings"))
            out.files.push_back(file.at("rfilename").get<std::string>());
    } catch (const Json::exception&) {
        throw damaged("is not what a hub answers");
    }
    if (!is_hex(out.commit, 40)) throw damaged("has no commit");
    if (out.files.size() > kMostFiles) throw damaged("is longer than this program takes");
    for (const std::string& path : out.files)
        if (!is_inner_path(path))
            throw damaged("has a path that leads out of its folder: " + base::shown_path(path));
    return out;
}

}  // namespace

void throw_unless_fine(const HttpResponse& response, const std::string& what,
                       const Settings& settings) {
    const long status = response.status;
    if (status >= 200 && status < 300) return;
    const std::string code = response.header("x-error-code");
    const auto fail = [&](const std::string& why) {
        throw Error(ErrorKind::File, what + " cannot be downloaded: " + why + ".");
    };
    if (code == "GatedRepo")
        fail("its authors ask for consent; ask for access on " + settings.endpoint +
             " and give your token (HF_TOKEN, or Settings of the window)");
    if (code == "RevisionNotFound") fail("it has no such revision (--revision)");
    if (code == "EntryNotFound") fail("the repository has no such file");
    if (status == 401 && settings.token.empty())
        fail(
            "it does not exist, or is private; check its name, or give a token that may read it "
            "(HF_TOKEN, or Settings of the window)");
    if (status == 401)
        fail(
            "it does not exist, or your token (HF_TOKEN, or Settings of the window) may not read "
            "it");
    if (status == 403) fail("your token (HF_TOKEN, or Settings of the window) may not read it");
    if (status == 404) fail("it does not exist; check its name");
    fail("the hub answers " + std::to_string(status));
}

RepositoryFiles HubApi::list(const Repository& repository) {
    std::string body;
    const auto take = [&](const HttpResponse&, std::string_view piece) {
        if (body.size() + piece.size() > kLargestList)
            throw Error(ErrorKind::Format, "The hub's list of the files of " + repository.id +
                                               " is longer than this program takes.");
        body += piece;
    };
    const HttpResponse response =
        http_.fetch({settings_.endpoint + "/api/models/" + encoded(repository.id, true) +
                         "/revision/" + encoded(repository.revision, false),
                     false, 0, settings_.token},
                    take);
    throw_unless_fine(response, repository.id, settings_);
    return files_of(body, repository.id);
}

RemoteFile HubApi::describe(const Repository& repository, const std::string& commit,
                            const std::string& path) {
    RemoteFile out;
    out.path = path;
    out.address = settings_.endpoint + "/" + encoded(repository.id, true) + "/resolve/" + commit +
                  "/" + encoded(path, true);
    HttpRequest request{out.address, true, 0, settings_.token, false};
    HttpResponse response = http_.fetch(request);
    if (response.status >= 300 && response.status < 400) {
        // The hub itself says what the file is; where it does not, whoever has the bytes must.
        if (response.header("x-linked-etag").empty()) {
            request.leaves_host = true;
            response = http_.fetch(request);
        } else {
            response.status = 200;
        }
    }
    const std::string what = base::shown_path(path) + " of " + repository.id;
    throw_unless_fine(response, what, settings_);
    const std::string linked = response.header("x-linked-etag");
    out.etag = plain_etag(linked.empty() ? response.header("etag") : linked);
    out.size = size_of(response);
    if (!is_file_name(out.etag))
        throw Error(ErrorKind::Format, "The hub does not say what " + what + " is (no ETag).");
    const std::string of = response.header("x-repo-commit");
    if (!of.empty() && of != commit)
        throw Error(ErrorKind::Format,
                    "The hub gives " + what + " of another revision than was asked for.");
    return out;
}

}  // namespace univi::hub
