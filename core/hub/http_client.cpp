#include "core/hub/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>

#include "core/base/error.h"
#include "core/hub/settings.h"

namespace univi::hub {

using base::Error;
using base::ErrorKind;

namespace {

constexpr int kMostRedirects = 10;
constexpr long kConnectSeconds = 10, kSilentSeconds = 60;
constexpr std::size_t kMostHeaders = 200;

std::string part_of(const std::string& address, CURLUPart part) {
    const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
    if (curl_url_set(parsed.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK) return {};
    char* text = nullptr;
    if (curl_url_get(parsed.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    std::string out = text;
    curl_free(text);
    return out;
}

/// Scheme, host and port.
std::string origin_of(const std::string& address) {
    return part_of(address, CURLUPART_SCHEME) + "://" + part_of(address, CURLUPART_HOST) + ":" +
           part_of(address, CURLUPART_PORT);
}

double retry_after(const HttpResponse& response) {
    constexpr double kLongest = 300;
    return std::clamp(std::atof(response.header("retry-after").c_str()), 0.0, kLongest);
}

void throw_if_passing(const HttpResponse& response) {
    const long status = response.status;
    if (status == 429)
        throw PassingFailure{"the hub asks for fewer requests (429)", retry_after(response)};
    if (status == 408 || status >= 500)
        throw PassingFailure{"the server answers " + std::to_string(status), retry_after(response)};
}

/// What came of a request that got no answer. Says what a person can do where nothing was reached.
PassingFailure failure_of(CURL* curl, CURLcode code, const std::string& address) {
    const std::string host = part_of(address, CURLUPART_HOST);
    curl_off_t connected_us = 0;
    curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected_us);
    const std::string advice =
        "check this computer's network connection, or name another hub with HF_ENDPOINT";
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return {host + " is not found, as without a network", 0, advice};
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return {"the proxy to the network is not found", 0,
                "check the proxy that https_proxy or http_proxy names"};
    if (code == CURLE_COULDNT_CONNECT) return {host + " cannot be reached", 0, advice};
    if (code == CURLE_OPERATION_TIMEDOUT && connected_us == 0)
        return {host + " did not answer within " + std::to_string(kConnectSeconds) + " seconds", 0,
                advice};
    return {host + ": " + curl_easy_strerror(code)};
}

void initialize_once() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) throw Error(ErrorKind::Internal, "libcurl cannot be used.");
}

}  // namespace

std::string HttpResponse::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

/// What libcurl's callbacks of one request work on.
struct HttpClient::Transfer {
    const base::StopToken& stop;
    const Sink& sink;
    HttpResponse response{};
    std::exception_ptr failure{};
    CURL* handle = nullptr;

    /// Makes the request's callbacks come here; must outlive it.
    void attach(CURL* curl);

    void take_header(std::string_view line) {
        while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
        if (line.starts_with("HTTP/")) return response.headers.clear();
        const auto colon = line.find(':');
        if (colon == line.npos || response.headers.size() >= kMostHeaders) return;
        std::string name(line.substr(0, colon));
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        line.remove_prefix(colon + 1);
        while (line.starts_with(' ')) line.remove_prefix(1);
        response.headers[name] = line;
    }

    bool take_body(std::string_view piece) {
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &response.status);
        if (!sink || response.status >= 300) return true;
        try {
            sink(response, piece);
            return true;
        } catch (...) {
            failure = std::current_exception();
            return false;
        }
    }

    static std::size_t on_header(char* text, std::size_t, std::size_t size, void* self) {
        static_cast<Transfer*>(self)->take_header({text, size});
        return size;
    }
    static std::size_t on_body(char* text, std::size_t, std::size_t size, void* self) {
        return static_cast<Transfer*>(self)->take_body({text, size}) ? size : 0;
    }
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return static_cast<Transfer*>(self)->stop.stop_requested() ? 1 : 0;
    }
};

HttpClient::HttpClient(base::StopToken stop)
    : stop_(std::move(stop)), curl_(nullptr, curl_easy_cleanup) {
    initialize_once();
    curl_.reset(curl_easy_init());
    if (!curl_) throw Error(ErrorKind::Internal, "libcurl cannot be used.");
}

HttpClient::~HttpClient() = default;

namespace {

void set_limits(CURL* curl) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "univi-studio/" UNIVI_VERSION);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
}

using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

HeaderList headers_of(const HttpRequest& request) {
    // Sizes are of the files themselves: nothing may be compressed on the way.
    curl_slist* list = curl_slist_append(nullptr, "Accept-Encoding: identity");
    const std::string authorization = "Authorization: Bearer " + request.token;
    if (!request.token.empty()) list = curl_slist_append(list, authorization.c_str());
    return {list, curl_slist_free_all};
}

}  // namespace

void HttpClient::Transfer::attach(CURL* curl) {
    handle = curl;
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, static_cast<void*>(this));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, static_cast<void*>(this));
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, static_cast<void*>(this));
}

HttpResponse HttpClient::once(const HttpRequest& request, const Sink& sink, std::string& redirect) {
    CURL* curl = curl_.get();
    curl_easy_reset(curl);  // keeps connections
    set_limits(curl);
    Transfer transfer{stop_, sink};
    transfer.attach(curl);
    const HeaderList headers = headers_of(request);
    const std::string range = std::to_string(request.from) + "-";
    curl_easy_setopt(curl, CURLOPT_URL, request.address.c_str());
    curl_easy_setopt(curl, CURLOPT_NOBODY, request.head ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    if (request.from > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
    const CURLcode code = curl_easy_perform(curl);
    if (transfer.failure) std::rethrow_exception(transfer.failure);
    base::throw_if_stopped(stop_, "downloading");
    if (code != CURLE_OK) throw failure_of(curl, code, request.address);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &transfer.response.status);
    char* next = nullptr;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &next);
    redirect = next ? next : "";
    transfer.response.address = request.address;
    return std::move(transfer.response);
}

HttpResponse HttpClient::fetch(const HttpRequest& request, const Sink& sink) {
    HttpRequest at = request;
    if (!is_private_way(at.address)) at.token.clear();
    for (int i = 0; i <= kMostRedirects; ++i) {
        std::string redirect;
        HttpResponse response = once(at, sink, redirect);
        throw_if_passing(response);
        if (redirect.empty()) return response;
        const bool leaves = origin_of(redirect) != origin_of(at.address);
        if (leaves && !request.leaves_host) return response;
        if (leaves) at.token.clear();
        if (at.address.starts_with("https://") && !redirect.starts_with("https://"))
            throw Error(ErrorKind::File,
                        "The hub sends " + request.address +
                            " to an address without encryption: it is not followed.");
        at.address = redirect;
    }
    throw Error(ErrorKind::File, "The hub sends " + request.address + " in a circle.");
}

}  // namespace univi::hub
