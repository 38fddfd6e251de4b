#include "ui/training/watch/desktop_notes.h"

#include <unistd.h>

#ifdef UNIVI_WITH_DBUS
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusReply>
#include <QDBusUnixFileDescriptor>
#endif

#include "ui/text/translate.h"

namespace univi::ui {
namespace {

constexpr int kBusMs = 1000;
const QString kProgram = QStringLiteral("UniVi Studio");

}  // namespace

struct KeepAwake::Lock {
/// closing it ends the inhibition
#ifdef UNIVI_WITH_DBUS
    QDBusUnixFileDescriptor login;
    uint cookie = 0;
    bool by_screen_saver = false;
#endif
};

KeepAwake::KeepAwake() = default;

KeepAwake::~KeepAwake() {
    release();
}

bool KeepAwake::isHeld() const {
    return bool(lock_);
}

bool KeepAwake::hold(const QString& why) {
    if (lock_) return true;
    problem_.clear();
#ifdef UNIVI_WITH_DBUS
    const QDBusConnection system = QDBusConnection::systemBus();
    if (system.isConnected()) {
        QDBusMessage call = QDBusMessage::createMethodCall(
            QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"),
            QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("Inhibit"));
        call << QStringLiteral("sleep:idle") << kProgram << why << QStringLiteral("block");
        const QDBusReply<QDBusUnixFileDescriptor> reply = system.call(call, QDBus::Block, kBusMs);
        if (reply.isValid() && reply.value().isValid()) {
            lock_ = std::make_unique<Lock>();
            lock_->login = reply.value();
            return true;
        }
    }
    const QDBusConnection session = QDBusConnection::sessionBus();
    if (session.isConnected()) {
        QDBusMessage call = QDBusMessage::createMethodCall(
            QStringLiteral("org.freedesktop.ScreenSaver"),
            QStringLiteral("/org/freedesktop/ScreenSaver"),
            QStringLiteral("org.freedesktop.ScreenSaver"), QStringLiteral("Inhibit"));
        call << kProgram << why;
        const QDBusReply<uint> reply = session.call(call, QDBus::Block, kBusMs);
        if (reply.isValid()) {
            lock_ = std::make_unique<Lock>();
            lock_->cookie = reply.value();
            lock_->by_screen_saver = true;
            return true;
        }
    }
#endif
    problem_ =
        tr("This desktop has no service that keeps the computer "
           "awake: switch off its sleep in the system's settings.");
    return false;
}

void KeepAwake::release() {
#ifdef UNIVI_WITH_DBUS
    if (lock_ && lock_->by_screen_saver) {
        QDBusMessage call = QDBusMessage::createMethodCall(
            QStringLiteral("org.freedesktop.ScreenSaver"),
            QStringLiteral("/org/freedesktop/ScreenSaver"),
            QStringLiteral("org.freedesktop.ScreenSaver"), QStringLiteral("UnInhibit"));
        call << lock_->cookie;
        QDBusConnection::sessionBus().call(call, QDBus::NoBlock);
    }
#endif
    lock_.reset();
}

}  // namespace univi::ui
