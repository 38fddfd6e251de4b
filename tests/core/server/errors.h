#pragma once

#include <gtest/gtest.h>

#include "core/server/api_error.h"

namespace univi::test {

/// Returns what `action` is refused with; a status of 0 and a failure when it is not.
template <class Action>
server::ApiError refusal_of(Action&& action) {
    try {
        action();
    } catch (const server::ApiError& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was refused";
    return {0, {}};
}

}  // namespace univi::test
