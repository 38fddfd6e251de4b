#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"

namespace univi::test {

/// The sentence of the Error{kind} that `action` throws; a failure and an empty text when it throws
/// none or another.
template <class Action>
std::string error_of(Action action, base::ErrorKind kind = base::ErrorKind::Media) {
    try {
        action();
    } catch (const base::Error& error) {
        EXPECT_EQ(base::to_string(error.kind()), base::to_string(kind)) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "one sentence";
        return error.what();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
}

}  // namespace univi::test
