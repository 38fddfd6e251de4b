#include "ui/chat/screen_share.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <utility>

#ifdef UNIVI_WITH_DBUS
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusUnixFileDescriptor>
#include <QDBusVariant>
#endif

namespace univi::ui {

std::shared_ptr<ScreenShare> ScreenShare::create() {
    return {new ScreenShare, [](ScreenShare* share) { share->deleteLater(); }};
}

void ScreenShare::dropDescriptor() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void ScreenShare::refuse(const QString& sentence) {
    forgetRequest();
    step_ = Step::None;
    Q_EMIT refused(sentence);
}

#ifdef UNIVI_WITH_DBUS

namespace {

constexpr uint kMonitor = 1, kWindow = 2;  ///< kinds of sources
constexpr uint kPointerIsDrawn = 2;
constexpr uint kAccepted = 0, kDeclined = 1;  ///< a request's responses

QString service() {
    return QStringLiteral("org.freedesktop.portal.Desktop");
}
QString portalPath() {
    return QStringLiteral("/org/freedesktop/portal/desktop");
}
QString screenCast() {
    return QStringLiteral("org.freedesktop.portal.ScreenCast");
}
QString requestInterface() {
    return QStringLiteral("org.freedesktop.portal.Request");
}
QString sessionInterface() {
    return QStringLiteral("org.freedesktop.portal.Session");
}

bool isWayland() {
    return !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           qEnvironmentVariable("XDG_SESSION_TYPE") == QLatin1String("wayland");
}

/// A name that no other request or session of this process has.
QString freshToken() {
    static int number = 0;
    return QStringLiteral("univi%1").arg(++number);
}

/// Where the portal puts the object of a request that carries this token, as it promises.
QString requestPath(const QString& token) {
    QString sender = QDBusConnection::sessionBus().baseService().mid(1);
    sender.replace(QLatin1Char('.'), QLatin1Char('_'));
    return QStringLiteral("%1/request/%2/%3").arg(portalPath(), sender, token);
}

/// The node of the first stream among "streams", a(ua{sv}).
std::optional<quint32> firstNode(const QVariant& streams) {
    if (!streams.canConvert<QDBusArgument>()) return std::nullopt;
    const auto argument = streams.value<QDBusArgument>();
    if (argument.currentSignature() != QLatin1String("a(ua{sv})")) return std::nullopt;
    std::optional<quint32> first;
    argument.beginArray();
    while (!argument.atEnd()) {
        quint32 node = 0;
        QVariantMap about;
        argument.beginStructure();
        argument >> node >> about;
        argument.endStructure();
        if (!first) first = node;
    }
    argument.endArray();
    return first;
}

}  // namespace

void ScreenShare::whenAnswered(const QDBusPendingCall& call,
                               std::function<void(const QDBusMessage&)> done) {
    auto* watcher = new QDBusPendingCallWatcher(call, this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, watcher, done = std::move(done)] {
                const QDBusMessage reply = watcher->reply();
                watcher->deleteLater();
                if (reply.type() == QDBusMessage::ReplyMessage) return done(reply);
                refuse(tr("The desktop shares no screen (%1).").arg(reply.errorMessage()));
            });
}

ScreenShare::~ScreenShare() {
    dropDescriptor();
    QDBusConnection bus = QDBusConnection::sessionBus();
    const auto close = [&bus](const QString& path, const QString& interface) {
        if (!path.isEmpty())
            bus.asyncCall(QDBusMessage::createMethodCall(service(), path, interface,
                                                         QStringLiteral("Close")));
    };
    close(request_, requestInterface());
    close(session_, sessionInterface());
}

void ScreenShare::find(QObject* context, std::function<void()> found) {
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!isWayland() || !bus.isConnected()) return;
    QDBusMessage question = QDBusMessage::createMethodCall(
        service(), portalPath(), QStringLiteral("org.freedesktop.DBus.Properties"),
        QStringLiteral("Get"));
    question << screenCast() << QStringLiteral("AvailableSourceTypes");
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), context);
    connect(watcher, &QDBusPendingCallWatcher::finished, context,
            [watcher, found = std::move(found)] {
                const QDBusPendingReply<QDBusVariant> kinds = *watcher;
                watcher->deleteLater();
                if (!kinds.isError() && (kinds.value().variant().toUInt() & (kMonitor | kWindow)))
                    found();
            });
}

void ScreenShare::start() {
    if (step_ == Step::None && session_.isEmpty()) ask(Step::CreateSession);
}

/// Each step is a request, which the portal answers with its signal Response once the person has
/// said something.
void ScreenShare::ask(Step step) {
    step_ = step;
    const QString token = freshToken();
    QVariantMap options{{QStringLiteral("handle_token"), token}};
    QVariantList words;
    QString method;
    if (step == Step::CreateSession) {
        method = QStringLiteral("CreateSession");
        options.insert(QStringLiteral("session_handle_token"), freshToken());
    } else {
        words << QVariant::fromValue(QDBusObjectPath(session_));
        method = step == Step::Start ? QStringLiteral("Start") : QStringLiteral("SelectSources");
    }
    if (step == Step::SelectSources) {
        options.insert(QStringLiteral("types"), kMonitor | kWindow);
        options.insert(QStringLiteral("multiple"), false);
        options.insert(QStringLiteral("cursor_mode"), kPointerIsDrawn);
    }
    if (step == Step::Start) words << QString();  // the window that the dialog belongs to: any
    words << options;
    listenToRequest(requestPath(token));
    QDBusMessage call =
        QDBusMessage::createMethodCall(service(), portalPath(), screenCast(), method);
    call.setArguments(words);
    whenAnswered(
        QDBusConnection::sessionBus().asyncCall(call), [this, step](const QDBusMessage& reply) {
            // Portals before version 0.9 choose another path.
            const QString path = reply.arguments().value(0).value<QDBusObjectPath>().path();
            if (step == step_ && !request_.isEmpty() && path != request_) listenToRequest(path);
        });
}

void ScreenShare::listenToRequest(const QString& path) {
    forgetRequest();
    request_ = path;
    QDBusConnection::sessionBus().connect(service(), path, requestInterface(),
                                          QStringLiteral("Response"), this,
                                          SLOT(onResponse(uint, QVariantMap)));
}

void ScreenShare::forgetRequest() {
    if (request_.isEmpty()) return;
    QDBusConnection::sessionBus().disconnect(service(), request_, requestInterface(),
                                             QStringLiteral("Response"), this,
                                             SLOT(onResponse(uint, QVariantMap)));
    request_.clear();
}

void ScreenShare::onResponse(uint code, const QVariantMap& results) {
    forgetRequest();
    if (code == kAccepted) return onAccepted(results);
    refuse(code == kDeclined ? QString() : tr("The desktop ended its dialog; try again."));
}

void ScreenShare::onAccepted(const QVariantMap& results) {
    if (step_ == Step::SelectSources) return ask(Step::Start);
    if (step_ == Step::CreateSession) {
        const QVariant handle = results.value(QStringLiteral("session_handle"));
        session_ = handle.canConvert<QDBusObjectPath>() ? handle.value<QDBusObjectPath>().path()
                                                        : handle.toString();
        if (session_.isEmpty()) return refuse(tr("The desktop shares no screen."));
        QDBusConnection::sessionBus().connect(service(), session_, sessionInterface(),
                                              QStringLiteral("Closed"), this, SLOT(onClosed()));
        return ask(Step::SelectSources);
    }
    const std::optional<quint32> node = firstNode(results.value(QStringLiteral("streams")));
    if (!node) return refuse(tr("The desktop shares no screen."));
    node_ = *node;
    openRemote();
}

void ScreenShare::openRemote() {
    QDBusMessage call = QDBusMessage::createMethodCall(service(), portalPath(), screenCast(),
                                                       QStringLiteral("OpenPipeWireRemote"));
    call << QVariant::fromValue(QDBusObjectPath(session_)) << QVariantMap();
    whenAnswered(QDBusConnection::sessionBus().asyncCall(call), [this](const QDBusMessage& reply) {
        const auto remote = reply.arguments().value(0).value<QDBusUnixFileDescriptor>();
        step_ = Step::None;
        descriptor_ = ::fcntl(remote.fileDescriptor(), F_DUPFD_CLOEXEC, 3);
        if (descriptor_ < 0) return refuse(tr("The desktop shares no screen."));
        Q_EMIT shared();
    });
}

void ScreenShare::onClosed() {
    session_.clear();
    if (step_ != Step::None) return refuse(tr("The desktop ended its dialog; try again."));
    Q_EMIT ended();
}

#else

ScreenShare::~ScreenShare() = default;
void ScreenShare::find(QObject*, std::function<void()>) {}
void ScreenShare::start() {
    refuse(tr("The desktop shares no screen."));
}
void ScreenShare::forgetRequest() {}
void ScreenShare::onResponse(uint, const QVariantMap&) {}
void ScreenShare::onClosed() {}

#endif

}  // namespace univi::ui
