#include "ui/widgets/desktop_scheme.h"

#include <QGuiApplication>
#include <QPalette>

#include "ui/widgets/portal_setting.h"

namespace univi::ui {

DesktopScheme::DesktopScheme(QObject* parent) : QObject(parent) {
    dark_ = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    const auto* scheme = new PortalSetting(QStringLiteral("org.freedesktop.appearance"),
                                           QStringLiteral("color-scheme"), this);
    connect(scheme, &PortalSetting::told, this,
            [this](const QVariant& value) { setPortalValue(value.toUInt()); });
}

/// 1: dark, 2: light, 0: no wish (the platform's palette stays the judge).
void DesktopScheme::setPortalValue(unsigned value) {
    if (value != 1 && value != 2) return;
    const bool dark = value == 1;
    if (dark == dark_) return;
    dark_ = dark;
    Q_EMIT changed();
}

}  // namespace univi::ui
