#include "ui/widgets/portal_setting.h"

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

PortalSetting::PortalSetting(const QString& group, const QString& key, QObject* parent)
    : QObject(parent), group_(group), key_(key) {
    ask();
}

#ifdef UNIVI_WITH_DBUS

void PortalSetting::ask() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
    const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
    const QString settings = QStringLiteral("org.freedesktop.portal.Settings");
    bus.connect(service, path, settings, QStringLiteral("SettingChanged"), this,
                SLOT(onChange(QString, QString, QDBusVariant)));
    QDBusMessage read =
        QDBusMessage::createMethodCall(service, path, settings, QStringLiteral("Read"));
    read << group_ << key_;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        watcher->deleteLater();
        if (reply.isError()) return;
        QVariant value = reply.value().variant();
        // Read wraps the value in a second variant (a flaw the portal keeps for compatibility).
        if (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
        Q_EMIT told(value);
    });
}

void PortalSetting::onChange(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group == group_ && key == key_) Q_EMIT told(value.variant());
}

#else

void PortalSetting::ask() {}
void PortalSetting::onChange(const QString&, const QString&, const QDBusVariant&) {}

#endif

}  // namespace univi::ui
