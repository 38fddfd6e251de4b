#include "core/server/chat_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/paths.h"
#include "core/server/access.h"
#include "core/server/chat_endpoint.h"
#include "core/server/completion_runner.h"
#include "core/server/connection.h"

namespace univi::server {

using base::Json;
using httplib::Request;
using httplib::Response;

namespace {

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kModels = "/v1/models";
constexpr int kSpareThreads = 16;  ///< for what needs no place in the queue

void check(const ServerOptions& options) {
    const auto require = [](bool fine, const std::string& sentence) {
        if (!fine) throw base::Error(base::ErrorKind::Usage, sentence);
    };
    require(options.port >= 0 && options.port <= 65535, "The port must be from 0 to 65535.");
    require(options.most_waiting >= 0, "The queue must hold 0 or more requests.");
    require(options.most_media >= 0, "A request must be allowed 0 or more pictures and videos.");
    require(options.largest_body > 0, "The largest body must be more than nothing.");
    require(options.longest_s > 0, "The time of a request must be more than nothing.");
    require(!options.api_key.empty() || is_loopback(options.host),
            "A server that other machines reach (" + options.host +
                ") needs a key: name one with --api-key or UNIVI_API_KEY.");
}

std::string name_of_model(const ServerOptions& options, const session::ModelInfo& info) {
    if (!options.model_name.empty()) return options.model_name;
    if (const auto repository = base::repository_of_snapshot(info.folder)) return *repository;
    const std::filesystem::path folder = std::filesystem::path(info.folder).lexically_normal();
    const auto name = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
    return base::shown_path(name.string());
}

}  // namespace

struct ChatServer::Impl {
    explicit Impl(const ServerOptions& given)
        : options(given),
          access(given.api_key, given.allowed_origins),
          queue(given.most_waiting),
          // What a request in the queue has named stays: nothing is removed before more than the
          // queue can hold came after it.
          files({given.allowed_folders,
                 static_cast<std::int64_t>(given.largest_body) * (given.most_waiting + 2)}) {}

    void bind();
    void add_routes(const std::string& model);
    /// Adds a route that only GET is allowed on.
    void add_get(const std::string& path, httplib::Server::Handler handler, bool needs_key = true);
    void refuse_other_methods(const std::string& path, const char* method);
    void add_chat();
    void listen_and_answer(CompletionRunner& runner, const std::function<void()>& on_ready,
                           const base::StopToken& stop);

    httplib::Server::Handler guarded(httplib::Server::Handler handler, bool needs_key = true) {
        return [this, handler = std::move(handler), needs_key](const Request& request,
                                                               Response& response) {
            run(
                [&] {
                    check_access(request, needs_key);
                    handler(request, response);
                },
                response);
        };
    }
    void check_access(const Request& request, bool needs_key) const {
        access.check_origin(request.get_header_value("Origin"));
        access.check_host(request.get_header_value("Host"));
        if (needs_key) access.check_key(request.get_header_value("Authorization"));
    }
    static void run(const std::function<void()>& action, Response& response);
    void allow_page(const Request& request, Response& response) const;

    ServerOptions options;
    Access access;
    CompletionQueue queue;
    MediaFiles files;
    Metrics metrics;
    std::unique_ptr<ChatEndpoint> chat;
    std::string model;
    std::time_t started = std::time(nullptr);
    int port = 0;
    httplib::Server http;
};

namespace {

void refuse(const ApiError& error, Response& response) {
    response.status = error.status;
    if (error.status == 401) response.set_header("WWW-Authenticate", "Bearer");
    if (error.retry_after_s > 0)
        response.set_header("Retry-After", std::to_string(error.retry_after_s));
    response.set_content(error_body(error), "application/json");
}

Json describe(const std::string& model, std::time_t started) {
    return {{"id", model},
            {"object", "model"},
            {"created", static_cast<std::int64_t>(started)},
            {"owned_by", "univi-studio"}};
}

void send(const Json& json, Response& response) {
    response.set_content(base::json_text(json) + "\n", "application/json");
}

/// What HTTP itself refuses (no such path, a body that is too large) in OpenAI's form.
void describe_status(const Request& request, Response& response) {
    if (!response.body.empty()) return;
    ApiError error{response.status, "The request cannot be read."};
    if (error.status == 404) error.message = "There is nothing at " + request.path + ".";
    if (error.status == 413) error.message = "The request's body is larger than this server takes.";
    if (error.status >= 500) error.message = "The server could not answer.";
    refuse(error, response);
}

std::string known_path(const std::string& path) {
    for (const char* known : {kChat, kModels, "/health", "/metrics"})
        if (path == known) return path;
    return path.starts_with("/v1/models/") ? "/v1/models/{id}" : "other";
}

/// Reads a body without keeping any of it.
void throw_away(const httplib::ContentReader& reader) {
    reader([](const char*, std::size_t) { return true; });
}

std::string read_body(const httplib::ContentReader& reader, std::size_t largest,
                      const Response& response) {
    std::string body;
    bool too_large = false;
    const bool whole = reader([&](const char* data, std::size_t size) {
        too_large = too_large || body.size() + size > largest;
        if (too_large)
            body.clear();  // the rest is read, so that the answer arrives, and thrown away
        else
            body.append(data, size);
        return true;
    });
    if (too_large || response.status == 413)
        throw ApiError{413, "The request's body is larger than this server takes."};
    if (!whole) throw ApiError{400, "The request's body did not arrive whole."};
    return body;
}

}  // namespace

void ChatServer::Impl::run(const std::function<void()>& action, Response& response) {
    try {
        action();
    } catch (...) {
        refuse(api_error_of(std::current_exception()), response);
    }
}

void ChatServer::Impl::allow_page(const Request& request, Response& response) const {
    const std::string origin = request.get_header_value("Origin");
    if (origin.empty()) return;
    try {
        access.check_origin(origin);
    } catch (const ApiError&) {
        return;
    }
    response.set_header("Access-Control-Allow-Origin", origin);
    response.set_header("Vary", "Origin");
    if (request.method != "OPTIONS") return;
    response.set_header("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    const std::string wanted = request.get_header_value("Access-Control-Request-Headers");
    response.set_header("Access-Control-Allow-Headers",
                        wanted.empty() ? "Authorization, Content-Type" : wanted);
    response.set_header("Access-Control-Max-Age", "600");
    if (request.has_header("Access-Control-Request-Private-Network"))
        response.set_header("Access-Control-Allow-Private-Network", "true");
}

void ChatServer::Impl::refuse_other_methods(const std::string& path, const char* method) {
    const auto handler = [method](const Request& request, Response& response) {
        response.set_header("Allow", std::string(method) + ", OPTIONS");
        refuse({405, "The method " + request.method + " is not for " + request.path + ": use " +
                         method + "."},
               response);
    };
    if (std::string_view(method) != "GET") http.Get(path, handler);
    if (std::string_view(method) != "POST") http.Post(path, handler);
    http.Put(path, handler);
    http.Patch(path, handler);
    http.Delete(path, handler);
}

void ChatServer::Impl::add_get(const std::string& path, httplib::Server::Handler handler,
                               bool needs_key) {
    http.Get(path, guarded(std::move(handler), needs_key));
    refuse_other_methods(path, "GET");
}

void ChatServer::Impl::add_chat() {
    http.Post(kChat, [this](const Request& request, Response& response,
                            const httplib::ContentReader& reader) {
        run(
            [&] {
                if (!request.has_header("Content-Length") &&
                    !request.has_header("Transfer-Encoding"))
                    throw ApiError{411,
                                   "The request must say how long its body is (Content-Length)."};
                if (request.is_multipart_form_data())
                    throw ApiError{415,
                                   "The request must be JSON (Content-Type: application/json)."};
                try {
                    check_access(request, true);
                } catch (const ApiError&) {
                    throw_away(reader);  // so that the answer arrives
                    throw;
                }
                const std::string body = read_body(reader, options.largest_body, response);
                const int connection =
                    find_connection(request.remote_addr, request.remote_port, port);
                chat->answer(body, connection, response);
            },
            response);
    });
    refuse_other_methods(kChat, "POST");
}

void ChatServer::Impl::add_routes(const std::string& name) {
    model = name;
    chat = std::make_unique<ChatEndpoint>(
        ChatEndpoint::Options{{options.defaults, options.most_media}, model, options.longest_s},
        queue, files);
    add_chat();
    add_get(kModels, [this](const Request&, Response& response) {
        send({{"object", "list"}, {"data", Json::array({describe(model, started)})}}, response);
    });
    add_get("/v1/models/(.+)", [this](const Request& request, Response& response) {
        const std::string id = request.matches[1];
        if (id != model)
            throw ApiError{404, "The model " + id + " is not here: this server has " + model + ".",
                           "model_not_found", "model"};
        send(describe(model, started), response);
    });
    add_get("/metrics", [this](const Request&, Response& response) {
        response.set_content(metrics.text(queue.taken()), "text/plain; version=0.0.4");
    });
    const auto health = [this](const Request&, Response& response) {
        send({{"status", "ok"}, {"model", model}, {"open", queue.taken()}}, response);
    };
    add_get("/health", health, false);
    const auto preflight = [](const Request&, Response& response) { response.status = 204; };
    http.Options(".*", guarded(preflight, false));
}

void ChatServer::Impl::bind() {
    const int threads = options.most_waiting + 1 + kSpareThreads;
    http.new_task_queue = [threads] {
        return new httplib::ThreadPool(static_cast<std::size_t>(threads));
    };
    http.set_payload_max_length(options.largest_body);
    http.set_keep_alive_timeout(5);
    http.set_keep_alive_max_count(1000);
    http.set_read_timeout(30);
    http.set_write_timeout(30);
    http.set_tcp_nodelay(true);
    // Not the library's own options, which let a second server take the same port.
    http.set_socket_options([](int socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    http.set_error_handler(describe_status);
    http.set_post_routing_handler(
        [this](const Request& request, Response& response) { allow_page(request, response); });
    http.set_logger([this](const Request& request, const Response& response) {
        metrics.count_request(known_path(request.path), response.status);
    });
    std::string host = options.host;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (options.port == 0)
        port = http.bind_to_any_port(host);
    else
        port = http.bind_to_port(host, options.port) ? options.port : -1;
    if (port <= 0)
        throw base::Error(
            base::ErrorKind::File,
            "The server cannot listen on " + options.host + ", port " +
                std::to_string(options.port) +
                ": another program has the port, or the address is not this machine's; "
                "choose another.");
}

void ChatServer::Impl::listen_and_answer(CompletionRunner& runner,
                                         const std::function<void()>& on_ready,
                                         const base::StopToken& stop) {
    std::jthread listener([this] {
        http.listen_after_bind();
        queue.close();  // a stop, or a socket that takes no more connections
    });
    while (!http.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (on_ready) on_ready();
    {
        const std::stop_callback closes(stop, [this] { queue.close(); });
        std::int64_t answered = 0;
        while (const auto job = queue.next()) {
            runner.run(*job);
            if (options.on_answered) options.on_answered(++answered);
        }
    }
    http.stop();
    end_connections(port);
}

ChatServer::ChatServer(const ServerOptions& options) {
    check(options);
    impl_ = std::make_unique<Impl>(options);
    impl_->bind();
}

ChatServer::~ChatServer() = default;

std::string ChatServer::address() const {
    const std::string& host = impl_->options.host;
    const bool needs_brackets = host.find(':') != host.npos && !host.starts_with('[');
    return "http://" + (needs_brackets ? "[" + host + "]" : host) + ":" +
           std::to_string(impl_->port);
}

std::string ChatServer::model_name() const {
    return impl_->options.model_name;
}

void ChatServer::serve(session::Engine& engine, const std::function<void()>& on_ready,
                       const base::StopToken& stop) {
    impl_->options.model_name = name_of_model(impl_->options, engine.info());
    impl_->add_routes(impl_->options.model_name);
    CompletionRunner runner(engine, impl_->metrics);
    impl_->listen_and_answer(runner, on_ready, stop);
    if (!stop.stop_requested())
        throw base::Error(base::ErrorKind::Internal,
                          "The server's socket takes no more connections: start it again.");
}

}  // namespace univi::server
