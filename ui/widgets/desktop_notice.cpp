#include "ui/widgets/desktop_notice.h"

#include <QApplication>
#include <QSystemTrayIcon>
#include <QVariantMap>

#ifdef UNIVI_WITH_DBUS
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#endif

namespace univi::ui {
namespace {

bool is_wanted = true;

#ifdef UNIVI_WITH_DBUS
constexpr int kBusMs = 3000;

QDBusMessage notifyCall(const QString& title, const QString& text, bool urgent) {
    const QString service = QStringLiteral("org.freedesktop.Notifications");
    QDBusMessage call =
        QDBusMessage::createMethodCall(service, QStringLiteral("/org/freedesktop/Notifications"),
                                       service, QStringLiteral("Notify"));
    const QVariantMap hints{{QStringLiteral("urgency"), QVariant::fromValue<uchar>(urgent ? 2 : 1)},
                            {QStringLiteral("desktop-entry"), QStringLiteral("univi-studio")}};
    call << QStringLiteral("UniVi Studio") << 0U << QStringLiteral("univi-studio") << title
         << text.toHtmlEscaped() << QStringList() << hints << -1;
    return call;
}
#endif

}  // namespace

DesktopNotice::DesktopNotice(QObject* parent) : QObject(parent) {}
DesktopNotice::~DesktopNotice() = default;

void DesktopNotice::setWanted(bool wanted) {
    is_wanted = wanted;
}

void DesktopNotice::show(const QString& title, const QString& text, bool urgent) {
    if (!is_wanted) return;
#ifdef UNIVI_WITH_DBUS
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        auto* answer = new QDBusPendingCallWatcher(
            bus.asyncCall(notifyCall(title, text, urgent), kBusMs), this);
        connect(answer, &QDBusPendingCallWatcher::finished, this,
                [this, answer, title, text, urgent] {
                    if (QDBusPendingReply<>(*answer).isError()) showInTray(title, text, urgent);
                    answer->deleteLater();
                });
        return;
    }
#endif
    showInTray(title, text, urgent);
}

void DesktopNotice::showInTray(const QString& title, const QString& text, bool urgent) {
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages()) return;
    if (!tray_) tray_ = new QSystemTrayIcon(QApplication::windowIcon(), this);
    tray_->show();
    tray_->showMessage(title, text,
                       urgent ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information);
}

}  // namespace univi::ui
