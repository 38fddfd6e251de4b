#pragma once

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusUnixFileDescriptor>
#include <QList>
#include <QStringList>
#include <QTimer>
#include <QVariantMap>

namespace univi::ui {

/// A stream as the portal tells of it: (ua{sv}).
struct SharedStream {
    uint node = 0;
    QVariantMap about;
};
inline QDBusArgument& operator<<(QDBusArgument& argument, const SharedStream& stream) {
    argument.beginStructure();
    argument << stream.node << stream.about;
    argument.endStructure();
    return argument;
}
inline const QDBusArgument& operator>>(const QDBusArgument& argument, SharedStream& stream) {
    argument.beginStructure();
    argument >> stream.node >> stream.about;
    argument.endStructure();
    return argument;
}

/// An object of the portal that can be closed: a request, a session.
class FakePortalObject : public QObject {
    Q_OBJECT
  public:
    bool isClosed = false;
  public Q_SLOTS:
    void Close() { isClosed = true; }
};
class FakePortalRequest : public FakePortalObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Request")
  public Q_SLOTS:
    void Close() { isClosed = true; }
};
class FakePortalSession : public FakePortalObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Session")
  public Q_SLOTS:
    void Close() { isClosed = true; }
  Q_SIGNALS:
    void Closed();
};

/// Plays a desktop's portal on the session bus, and the person in front of its dialog.
class FakePortal : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.ScreenCast")
    Q_PROPERTY(uint AvailableSourceTypes MEMBER kinds)
  public:
    uint kinds = 3;
    uint answer = 0;        ///< to Start: 0 yes, 1 no, 2 otherwise
    bool isSilent = false;  ///< the dialog stays open
    bool isOld = false;     ///< requests get a path of their own
    bool refusesRemote = false;
    uint node = 42;
    int remote = -1;  ///< what OpenPipeWireRemote gives
    QStringList calls;
    QVariantMap sources;  ///< what SelectSources was told
    QList<FakePortalRequest*> requests;
    QList<FakePortalSession*> sessions;

    FakePortal()
        : bus_(QDBusConnection::connectToBus(QDBusConnection::SessionBus,
                                             QStringLiteral("fake-portal"))) {
        qDBusRegisterMetaType<SharedStream>();
        qDBusRegisterMetaType<QList<SharedStream>>();
        bus_.registerObject(QStringLiteral("/org/freedesktop/portal/desktop"), this,
                            QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllProperties);
        isOnTheBus_ = bus_.registerService(QStringLiteral("org.freedesktop.portal.Desktop"));
    }
    ~FakePortal() override {
        bus_.unregisterService(QStringLiteral("org.freedesktop.portal.Desktop"));
        QDBusConnection::disconnectFromBus(QStringLiteral("fake-portal"));
    }
    bool isOnTheBus() const { return isOnTheBus_; }

  public Q_SLOTS:
    QDBusObjectPath CreateSession(const QVariantMap& options) {
        calls << QStringLiteral("CreateSession");
        const QString path = pathFor(QStringLiteral("session"),
                                     options.value(QStringLiteral("session_handle_token")));
        sessions << new FakePortalSession;
        sessions.last()->setParent(this);
        bus_.registerObject(path, sessions.last(),
                            QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals);
        return respond(options, 0, {{QStringLiteral("session_handle"), path}});
    }
    QDBusObjectPath SelectSources(const QDBusObjectPath&, const QVariantMap& options) {
        calls << QStringLiteral("SelectSources");
        sources = options;
        return respond(options, 0, {});
    }
    QDBusObjectPath Start(const QDBusObjectPath&, const QString&, const QVariantMap& options) {
        calls << QStringLiteral("Start");
        const QList<SharedStream> streams{{node, {{QStringLiteral("source_type"), 1U}}}};
        return respond(options, answer,
                       {{QStringLiteral("streams"), QVariant::fromValue(streams)}});
    }
    QDBusUnixFileDescriptor OpenPipeWireRemote(const QDBusObjectPath&, const QVariantMap&) {
        calls << QStringLiteral("OpenPipeWireRemote");
        if (refusesRemote) sendErrorReply(QDBusError::Failed, QStringLiteral("PipeWire is away"));
        return QDBusUnixFileDescriptor(remote);
    }

  private:
    QString pathFor(const QString& kind, const QVariant& token) const {
        QString sender = message().service().mid(1);
        sender.replace(QLatin1Char('.'), QLatin1Char('_'));
        return QStringLiteral("/org/freedesktop/portal/desktop/%1/%2/%3")
            .arg(kind, sender, token.toString());
    }
    QDBusObjectPath respond(const QVariantMap& options, uint code, const QVariantMap& results) {
        QString path =
            pathFor(QStringLiteral("request"), options.value(QStringLiteral("handle_token")));
        if (isOld) path += QStringLiteral("_old");
        requests << new FakePortalRequest;
        requests.last()->setParent(this);
        bus_.registerObject(path, requests.last(), QDBusConnection::ExportAllSlots);
        const bool waits = isSilent && calls.last() == QStringLiteral("Start");
        if (!waits)
            QTimer::singleShot(20, this, [this, path, code, results, to = message().service()] {
                QDBusMessage signal = QDBusMessage::createTargetedSignal(
                    to, path, QStringLiteral("org.freedesktop.portal.Request"),
                    QStringLiteral("Response"));
                signal << code << results;
                bus_.send(signal);
            });
        return QDBusObjectPath(path);
    }

    QDBusConnection bus_;
    bool isOnTheBus_ = false;
};

}  // namespace univi::ui

Q_DECLARE_METATYPE(univi::ui::SharedStream)
