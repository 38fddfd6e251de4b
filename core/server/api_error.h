#pragma once

#include <exception>
#include <string>

namespace univi::server {

/// What a request is refused with, in the form of OpenAI's API. Thrown.
struct ApiError {
    int status = 400;     ///< of HTTP
    std::string message;  ///< one sentence
    std::string code{};   ///< "model_not_found" and the like; empty: null
    std::string param{};  ///< the field at fault; empty: null
    int retry_after_s = 0;
};

/// Returns {"error": {"message", "type", "param", "code"}} as text.
std::string error_body(const ApiError& error);

/// Returns what a client is told of something thrown while a request was answered: an ApiError as
/// it is, a base::Error by its kind, anything else as a server's error.
ApiError api_error_of(const std::exception_ptr& failure);

}  // namespace univi::server
