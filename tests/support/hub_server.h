#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace univi::test {

/// A hub on a port of this machine for one test, and the other host that its large files lie on:
/// answers as huggingface.co does (list of a revision, resolve with ETag, x-linked-etag,
/// x-linked-size, x-repo-commit and a redirect, ranges, error codes), and fails as it is told.
class HubServer {
  public:
    static constexpr const char* kCommit = "0123456789abcdef0123456789abcdef01234567";

    /// What becomes of the next answers with bytes of a file; each entry holds once.
    struct Fault {
        enum class Kind { Cut, Stall, WrongBytes, Status, Whole };
        Kind kind = Kind::Cut;
        std::int64_t after = 0;  ///< Cut, Stall: bytes that arrive
        int status = 0;          ///< Status: the answer's
        std::string retry_after{};
    };
    struct Asked {
        std::string method, path, range, authorization;
        bool of_store = false;  ///< the other host
    };

    HubServer();
    ~HubServer();
    HubServer(const HubServer&) = delete;
    HubServer& operator=(const HubServer&) = delete;

    std::string address() const;
    /// Adds a file of owner/name; a large one lies on the other host and is named by its SHA-256.
    void add(const std::string& path, const std::string& content, bool is_large);
    /// Says another size of a large file than it has.
    void claim_size(const std::string& path, std::int64_t size);
    /// Lists a path that is none.
    void list(const std::string& path);
    /// A token that must be sent for the repository; empty: none.
    void require_token(const std::string& token);
    void fail_next(const std::string& path, const Fault& fault);
    /// The next answer to what is no file (the list, a HEAD) is this status.
    void fail_next_question(int status, const std::string& retry_after = {});
    /// Everything that was asked for so far.
    std::vector<Asked> asked() const;
    /// How many bytes of files were sent.
    std::int64_t sent() const;
    /// Name of a file's blob.
    std::string etag(const std::string& path) const;

  private:
    struct File {
        std::string content, etag;
        bool is_large = false;
        std::int64_t claimed_size = -1;
    };
    struct Host;

    void note(const httplib::Request& request, bool of_store);
    bool fails(httplib::Response& response);
    bool is_allowed(const httplib::Request& request, httplib::Response& response) const;
    void answer_list(const httplib::Request& request, httplib::Response& response);
    void answer_file(const httplib::Request& request, httplib::Response& response);
    void send(const std::string& path, const File& file, const httplib::Request& request,
              httplib::Response& response);

    mutable std::mutex mutex_;
    std::map<std::string, File> files_;
    std::vector<std::string> listed_;
    std::map<std::string, std::vector<Fault>> faults_;
    std::vector<Fault> question_faults_;
    std::vector<Asked> asked_;
    std::int64_t sent_ = 0;
    std::string token_;
    std::atomic<bool> over_ = false;
    std::unique_ptr<Host> hub_, store_;
};

}  // namespace univi::test
