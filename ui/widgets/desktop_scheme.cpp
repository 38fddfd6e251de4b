#include "ui/widgets/desktop_scheme.h"

#include <QGuiApplication>
#include <QPalette>

#ifdef UNIVI_WITH_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#else
class QDBusVariant {};
#endif

namespace univi::ui {

DesktopScheme::DesktopScheme(QObject* parent) : QObject(parent) {
    dark_ = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    askPortal();
}

#ifdef UNIVI_WITH_DBUS

void DesktopScheme::askPortal() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
    const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
    const QString settings = QStringLiteral("org.freedesktop.portal.Settings");
    bus.connect(service, path, settings, QStringLiteral("SettingChanged"), this,
                SLOT(onPortalSetting(QString, QString, QDBusVariant)));
    QDBusMessage read =
        QDBusMessage::createMethodCall(service, path, settings, QStringLiteral("Read"));
    read << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme");
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        watcher->deleteLater();
        if (reply.isError()) return;
        QVariant value = reply.value().variant();
        // Read wraps the value in a second variant (a flaw the portal keeps for compatibility).
        if (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
        setPortalValue(value.toUInt());
    });
}

void DesktopScheme::onPortalSetting(const QString& group, const QString& key,
                                    const QDBusVariant& value) {
    if (group == QLatin1String("org.freedesktop.appearance") &&
        key == QLatin1String("color-scheme"))
        setPortalValue(value.variant().toUInt());
}

#else

void DesktopScheme::askPortal() {}
void DesktopScheme::onPortalSetting(const QString&, const QString&, const QDBusVariant&) {}

#endif

/// 1: dark, 2: light, 0: no wish (the platform's palette stays the judge).
void DesktopScheme::setPortalValue(unsigned value) {
    if (value != 1 && value != 2) return;
    const bool dark = value == 1;
    if (dark == dark_) return;
    dark_ = dark;
    Q_EMIT changed();
}

}  // namespace univi::ui
