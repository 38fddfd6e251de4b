#include "ui/widgets/desktop_motion.h"

#include <QGuiApplication>
#include <optional>

#include "ui/widgets/portal_setting.h"

namespace univi::ui {
namespace {

std::optional<bool>& wish() {
    static std::optional<bool> wanted;
    return wanted;
}

}  // namespace

bool DesktopMotion::isWanted() {
    return wish().value_or(QGuiApplication::platformName() != QLatin1String("offscreen"));
}

void DesktopMotion::setWanted(bool wanted) {
    wish() = wanted;
}

/// The newer setting of all desktops, and the one that GNOME and those after its kind have.
void DesktopMotion::follow(QObject* parent) {
    const auto* reduced = new PortalSetting(QStringLiteral("org.freedesktop.appearance"),
                                            QStringLiteral("reduced-motion"), parent);
    QObject::connect(reduced, &PortalSetting::told, parent,
                     [](const QVariant& value) { setWanted(value.toUInt() != 1); });
    const auto* animations = new PortalSetting(QStringLiteral("org.gnome.desktop.interface"),
                                               QStringLiteral("enable-animations"), parent);
    QObject::connect(animations, &PortalSetting::told, parent,
                     [](const QVariant& value) { setWanted(value.toBool()); });
}

}  // namespace univi::ui
