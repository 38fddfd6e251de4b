#include "ui/widgets/desktop_notice.h"

#include <QApplication>
#include <QSystemTrayIcon>
#include <QVariantMap>
#include <QWidget>
#include <utility>

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

QString service() {
    return QStringLiteral("org.freedesktop.Notifications");
}
QString path() {
    return QStringLiteral("/org/freedesktop/Notifications");
}

/// "default" is the action of a click on the notice itself.
QDBusMessage notifyCall(const QString& title, const QString& text, bool urgent) {
    QDBusMessage call =
        QDBusMessage::createMethodCall(service(), path(), service(), QStringLiteral("Notify"));
    const QVariantMap hints{{QStringLiteral("urgency"), QVariant::fromValue<uchar>(urgent ? 2 : 1)},
                            {QStringLiteral("desktop-entry"), QStringLiteral("univi-studio")}};
    const QStringList actions{QStringLiteral("default"), DesktopNotice::tr("Show")};
    call << QStringLiteral("UniVi Studio") << 0U << QStringLiteral("univi-studio") << title
         << text.toHtmlEscaped() << actions << hints << -1;
    return call;
}
#endif

}  // namespace

DesktopNotice::DesktopNotice(QWidget* owner) : QObject(owner), owner_(owner) {}

DesktopNotice::~DesktopNotice() = default;

void DesktopNotice::setWanted(bool wanted) {
    is_wanted = wanted;
}

/// On Wayland a window comes to the front only with the token of the click.
void DesktopNotice::takeToken(uint notice, const QString& token) {
    if (shown_.contains(notice)) qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
}

void DesktopNotice::takeClick(uint notice, const QString& /*action*/) {
    if (shown_.remove(notice)) showWindow();
}

/// From whatever name the service has: to ask for its owner would wait for the bus.
void DesktopNotice::listen() {
#ifdef UNIVI_WITH_DBUS
    if (std::exchange(listens_, true)) return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    bus.connect({}, path(), service(), QStringLiteral("ActivationToken"), this,
                SLOT(takeToken(uint, QString)));
    bus.connect({}, path(), service(), QStringLiteral("ActionInvoked"), this,
                SLOT(takeClick(uint, QString)));
#endif
}

void DesktopNotice::showWindow() {
    QWidget* window = owner_->window();
    window->setWindowState(window->windowState() & ~Qt::WindowMinimized);
    window->show();
    window->raise();
    window->activateWindow();
}

void DesktopNotice::show(const QString& title, const QString& text, bool urgent) {
    if (!is_wanted) return;
#ifdef UNIVI_WITH_DBUS
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        listen();
        auto* answer = new QDBusPendingCallWatcher(
            bus.asyncCall(notifyCall(title, text, urgent), kBusMs), this);
        connect(answer, &QDBusPendingCallWatcher::finished, this,
                [this, answer, title, text, urgent] {
                    const QDBusPendingReply<uint> reply = *answer;
                    if (reply.isError())
                        showInTray(title, text, urgent);
                    else
                        shown_.insert(reply.value());
                    answer->deleteLater();
                });
        return;
    }
#endif
    showInTray(title, text, urgent);
}

void DesktopNotice::showInTray(const QString& title, const QString& text, bool urgent) {
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages()) return;
    if (!tray_) {
        tray_ = new QSystemTrayIcon(QApplication::windowIcon(), this);
        connect(tray_, &QSystemTrayIcon::messageClicked, this, &DesktopNotice::showWindow);
    }
    tray_->show();
    tray_->showMessage(title, text,
                       urgent ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information);
}

}  // namespace univi::ui
