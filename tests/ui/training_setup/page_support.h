#pragma once

#include <QPushButton>

#include "setup_support.h"
#include "ui/training/setup/run_setup_page.h"

namespace univi::ui {

inline RunSetupPage::Options optionsOf(const SetupHome& home) {
    return {home.path("runs"), home.path("presets")};
}

/// Returns the button with this text, or nullptr.
inline QPushButton* button(QWidget& page, const QString& text) {
    for (QPushButton* each : page.findChildren<QPushButton*>())
        if (QString(each->text()).remove('&') == text) return each;
    return nullptr;
}

}  // namespace univi::ui
