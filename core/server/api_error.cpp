#include "core/server/api_error.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/session/failure.h"

namespace univi::server {

namespace {

const char* type_of(int status) {
    if (status == 401) return "authentication_error";
    if (status == 403) return "permission_error";
    if (status == 429) return "rate_limit_error";
    return status >= 500 ? "server_error" : "invalid_request_error";
}

int status_of(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::Usage:
        case base::ErrorKind::File:
        case base::ErrorKind::Format:
        case base::ErrorKind::Model:
        case base::ErrorKind::Media:
        case base::ErrorKind::Context:
            return 400;
        case base::ErrorKind::Memory:
        case base::ErrorKind::Stopped:
            return 503;
        case base::ErrorKind::Device:
        case base::ErrorKind::Internal:
            break;
    }
    return 500;
}

base::Json text_or_null(const std::string& text) {
    return text.empty() ? base::Json() : base::Json(text);
}

}  // namespace

std::string error_body(const ApiError& error) {
    const base::Json body = {{"error",
                              {{"message", error.message},
                               {"type", type_of(error.status)},
                               {"param", text_or_null(error.param)},
                               {"code", text_or_null(error.code)}}}};
    return base::json_text(body) + "\n";
}

ApiError api_error_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const ApiError& error) {
        return error;
    } catch (...) {
        const base::Error error =
            session::describe_failure(std::current_exception(), "answering a request");
        return {status_of(error.kind()), error.what(),
                error.kind() == base::ErrorKind::Context ? "context_length_exceeded" : ""};
    }
}

}  // namespace univi::server
