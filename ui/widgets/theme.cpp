#include "ui/widgets/theme.h"

#include <cmath>

#include "ui/widgets/desktop_scheme.h"

namespace univi::ui {
namespace {

Palette lightPalette() {
    Palette p;
    p.window = QColor("#f4f5f8");
    p.surface = QColor("#fcfcfd");
    p.raised = QColor("#ffffff");
    p.border = QColor("#e2e5eb");
    p.text = QColor("#1b1f27");
    p.textMuted = QColor("#5c6573");
    p.textOnAccent = QColor("#ffffff");
    p.accent = QColor("#4453d6");
    p.accentSoft = QColor("#e5e8fb");
    p.danger = QColor("#b92938");
    p.warning = QColor("#8a5a00");
    p.success = QColor("#1f7547");
    p.userBubble = QColor("#e9ecfa");
    p.code = {.comment = QColor("#606a78"),
              .string = QColor("#1f6f43"),
              .number = QColor("#9a4a07"),
              .keyword = QColor("#8429b0"),
              .constant = QColor("#0b6b80"),
              .function = QColor("#2f54c8"),
              .name = QColor("#a32764")};
    return p;
}

Palette darkPalette() {
    Palette p;
    p.dark = true;
    p.window = QColor("#14161b");
    p.surface = QColor("#1a1d23");
    p.raised = QColor("#22262e");
    p.border = QColor("#313743");
    p.text = QColor("#e7e9ee");
    p.textMuted = QColor("#9ba4b3");
    p.textOnAccent = QColor("#10131f");
    p.accent = QColor("#8e9cff");
    p.accentSoft = QColor("#2b3156");
    p.danger = QColor("#ff8c91");
    p.warning = QColor("#e6b45c");
    p.success = QColor("#6fcb9a");
    p.userBubble = QColor("#2a2f43");
    p.code = {.comment = QColor("#8f98a7"),
              .string = QColor("#8fd3a3"),
              .number = QColor("#f0b482"),
              .keyword = QColor("#cda4ff"),
              .constant = QColor("#7fd0e4"),
              .function = QColor("#93b7ff"),
              .name = QColor("#f2a0c3")};
    return p;
}

}  // namespace

Theme::Theme() {
    palette_ = lightPalette();
}

Palette Theme::light() {
    return lightPalette();
}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

void Theme::follow(DesktopScheme* scheme) {
    scheme_ = scheme;
    connect(scheme_, &DesktopScheme::changed, this, &Theme::apply);
    apply();
}

void Theme::setMode(Mode mode) {
    mode_ = mode;
    apply();
}

QColor Theme::groupColor(int index) {
    // The golden angle spreads neighbouring indices; lightness alternates so that close
    // hues still differ.
    const double hue = std::fmod(0.61 + index * 0.38196601125, 1.0);
    return QColor::fromHslF(float(hue), 0.72f, index % 2 == 0 ? 0.56f : 0.66f);
}

void Theme::apply() {
    const bool dark =
        mode_ == Mode::Dark || (mode_ == Mode::System && scheme_ && scheme_->isDark());
    palette_ = dark ? darkPalette() : lightPalette();
    if (scheme_) Q_EMIT changed();
}

Theme::Mode Theme::mode() const {
    return mode_;
}

}  // namespace univi::ui
