#include "tests/support/hub_server.h"

#include <httplib.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <thread>

namespace univi::test {

namespace {

std::string digest(const std::string& text, const EVP_MD* algorithm) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size, algorithm, nullptr);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        static constexpr char kDigits[] = "0123456789abcdef";
        hex += kDigits[bytes[i] >> 4];
        hex += kDigits[bytes[i] & 15];
    }
    return hex;
}

std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

}  // namespace

/// One listening port.
struct HubServer::Host {
    httplib::Server server;
    int port = 0;
    std::jthread thread;

    void start() {
        server.set_keep_alive_timeout(1);
        port = server.bind_to_any_port("127.0.0.1");
        thread = std::jthread([this] { server.listen_after_bind(); });
        while (!server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::string address() const { return "http://127.0.0.1:" + std::to_string(port); }
    ~Host() { server.stop(); }
};

HubServer::HubServer() : hub_(std::make_unique<Host>()), store_(std::make_unique<Host>()) {
    hub_->server.Get("/api/models/(.+)/revision/(.+)", [this](const auto& request, auto& response) {
        answer_list(request, response);
    });
    hub_->server.Get(
        "/owner/name/resolve/([0-9a-f]+)/(.+)",
        [this](const auto& request, auto& response) { answer_file(request, response); });
    store_->server.Get("/store/(.+)", [this](const auto& request, auto& response) {
        note(request, true);
        std::unique_lock lock(mutex_);
        const std::string path = request.matches[1];
        const File file = files_.at(path);
        lock.unlock();
        send(path, file, request, response);
    });
    hub_->start();
    store_->start();
}

HubServer::~HubServer() {
    over_ = true;
}

std::string HubServer::address() const {
    return hub_->address();
}

void HubServer::add(const std::string& path, const std::string& content, bool is_large) {
    const std::string header = "blob " + std::to_string(content.size());
    const std::lock_guard lock(mutex_);
    File& file = files_[path];
    file.content = content;
    file.etag =
        is_large ? digest(content, EVP_sha256()) : digest(header + '\0' + content, EVP_sha1());
    file.is_large = is_large;
    if (std::ranges::find(listed_, path) == listed_.end()) listed_.push_back(path);
}

void HubServer::claim_size(const std::string& path, std::int64_t size) {
    const std::lock_guard lock(mutex_);
    files_.at(path).claimed_size = size;
}

void HubServer::list(const std::string& path) {
    const std::lock_guard lock(mutex_);
    listed_.push_back(path);
}

void HubServer::require_token(const std::string& token) {
    const std::lock_guard lock(mutex_);
    token_ = token;
}

void HubServer::fail_next(const std::string& path, const Fault& fault) {
    const std::lock_guard lock(mutex_);
    faults_[path].push_back(fault);
}

void HubServer::fail_next_question(int status, const std::string& retry_after) {
    const std::lock_guard lock(mutex_);
    question_faults_.push_back({Fault::Kind::Status, 0, status, retry_after});
}

std::vector<HubServer::Asked> HubServer::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

std::int64_t HubServer::sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
}

std::string HubServer::etag(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    return files_.at(path).etag;
}

void HubServer::note(const httplib::Request& request, bool of_store) {
    const std::lock_guard lock(mutex_);
    asked_.push_back({request.method, request.target, request.get_header_value("Range"),
                      request.get_header_value("Authorization"), of_store});
}

bool HubServer::fails(httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    if (question_faults_.empty()) return false;
    const Fault fault = question_faults_.front();
    question_faults_.erase(question_faults_.begin());
    response.status = fault.status;
    if (!fault.retry_after.empty()) response.set_header("Retry-After", fault.retry_after);
    return true;
}

bool HubServer::is_allowed(const httplib::Request& request, httplib::Response& response) const {
    const std::lock_guard lock(mutex_);
    if (token_.empty() || request.get_header_value("Authorization") == "Bearer " + token_)
        return true;
    response.status = 401;
    return false;
}

void HubServer::answer_list(const httplib::Request& request, httplib::Response& response) {
    note(request, false);
    if (fails(response) || !is_allowed(request, response)) return;
    const std::string repository = request.matches[1], revision = request.matches[2];
    if (repository != "owner/name") {
        response.status = repository == "owner/gated" ? 403 : 401;
        response.set_header("X-Error-Code",
                            repository == "owner/gated" ? "GatedRepo" : "RepoNotFound");
        return;
    }
    if (revision != "main" && revision != "refs/pr/1" && revision != kCommit) {
        response.status = 404;
        response.set_header("X-Error-Code", "RevisionNotFound");
        return;
    }
    std::string files;
    const std::lock_guard lock(mutex_);
    for (const std::string& path : listed_)
        files += std::string(files.empty() ? "" : ",") + "{\"rfilename\":" + quoted(path) + "}";
    response.set_content(
        "{\"id\":\"owner/name\",\"sha\":" + quoted(kCommit) + ",\"siblings\":[" + files + "]}",
        "application/json");
}

void HubServer::answer_file(const httplib::Request& request, httplib::Response& response) {
    note(request, false);
    const bool is_question = request.method == "HEAD";
    if ((is_question && fails(response)) || !is_allowed(request, response)) return;
    std::unique_lock lock(mutex_);
    const std::string path = request.matches[2];
    response.set_header("X-Repo-Commit", kCommit);
    const auto found = files_.find(path);
    if (found == files_.end()) {
        response.status = 404;
        response.set_header("X-Error-Code", "EntryNotFound");
        return;
    }
    const File file = found->second;
    lock.unlock();
    if (file.is_large) {
        response.set_header("X-Linked-ETag", quoted(file.etag));
        const auto size = file.claimed_size < 0 ? static_cast<std::int64_t>(file.content.size())
                                                : file.claimed_size;
        response.set_header("X-Linked-Size", std::to_string(size));
        response.set_redirect(store_->address() + "/store/" + path + "?signature=a%20b", 302);
        return;
    }
    response.set_header("ETag", quoted(file.etag));
    send(path, file, request, response);
}

void HubServer::send(const std::string& path, const File& file, const httplib::Request& request,
                     httplib::Response& response) {
    Fault fault{Fault::Kind::Cut, static_cast<std::int64_t>(file.content.size()), 0, {}};
    if (request.method != "HEAD") {
        const std::lock_guard lock(mutex_);
        auto& faults = faults_[path];
        if (!faults.empty()) {
            fault = faults.front();
            faults.erase(faults.begin());
        }
    }
    if (fault.kind == Fault::Kind::Status) {
        response.status = fault.status;
        if (!fault.retry_after.empty()) response.set_header("Retry-After", fault.retry_after);
        return;
    }
    if (fault.kind == Fault::Kind::Whole) const_cast<httplib::Request&>(request).ranges.clear();
    std::string content = file.content;
    if (fault.kind == Fault::Kind::WrongBytes) content[content.size() / 2] ^= 1;
    const bool is_short = fault.kind == Fault::Kind::Cut || fault.kind == Fault::Kind::Stall;
    const auto end = is_short ? fault.after : static_cast<std::int64_t>(content.size());
    const bool stalls = fault.kind == Fault::Kind::Stall;
    response.set_content_provider(
        content.size(), "application/octet-stream",
        [this, content, end, stalls](std::size_t offset, std::size_t length,
                                     httplib::DataSink& sink) {
            const auto left = std::max<std::int64_t>(0, end - static_cast<std::int64_t>(offset));
            const auto count =
                std::min<std::size_t>({length, static_cast<std::size_t>(left), 4096});
            while (count == 0 && stalls && !over_ && sink.is_writable())
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            if (count == 0) return false;  // the connection ends here
            {
                const std::lock_guard lock(mutex_);
                sent_ += static_cast<std::int64_t>(count);
            }
            return sink.write(content.data() + offset, count);
        });
}

}  // namespace univi::test
