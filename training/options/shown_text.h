#pragma once

namespace univi::training {

/// Marks a text that a form shows, so that the window's translations are told of it
/// (packaging/translations); the window translates it where it shows it.
constexpr const char* shown(const char* text) {
    return text;
}

}  // namespace univi::training
