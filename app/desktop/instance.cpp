#include "app/desktop/instance.h"

#include <unistd.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalServer>
#include <QLocalSocket>

#include "core/base/log.h"
#include "core/base/paths.h"

namespace univi::ui {
namespace {

constexpr int kConnectMs = 500, kAnswerMs = 3000;
constexpr qint64 kLargestRequest = 1 << 20;
const QByteArray kTaken = "taken\n";

/// One place for each home of settings and conversations; in the folder of this login where there
/// is one.
QString placeName() {
    const std::string homes = base::config_folder().string() + '\n' + base::data_folder().string();
    const QByteArray digest =
        QCryptographicHash::hash(QByteArray::fromStdString(homes), QCryptographicHash::Sha256);
    const QString name =
        QStringLiteral("univi-studio-") + QString::fromLatin1(digest.toHex().left(16));
    const QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return QDir(folder.isEmpty() ? QDir::tempPath() : folder).filePath(name);
}

/// In a folder that all write to, another user may have put a socket of that name.
bool isOwn(const QString& place) {
    const QFileInfo info(place);
    return info.exists() && info.ownerId() == ::getuid();
}

QByteArray toLine(const HandOver& what) {
    const QJsonObject object{{QStringLiteral("files"), QJsonArray::fromStringList(what.files)},
                             {QStringLiteral("run"), what.run},
                             {QStringLiteral("ask"), what.ask}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

HandOver fromLine(const QByteArray& line) {
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    HandOver what;
    for (const QJsonValue& file : object.value(QLatin1String("files")).toArray())
        what.files << file.toString();
    what.run = object.value(QLatin1String("run")).toString();
    what.ask = object.value(QLatin1String("ask")).toString();
    return what;
}

}  // namespace

Instance::Instance(QObject* parent) : QObject(parent), server_(new QLocalServer(this)) {
    server_->setSocketOptions(QLocalServer::UserAccessOption);
    connect(server_, &QLocalServer::newConnection, this, &Instance::accept);
}

bool Instance::handOver(const HandOver& what) {
    const QString place = placeName();
    if (!isOwn(place)) return false;
    QLocalSocket socket;
    socket.connectToServer(place);
    if (!socket.waitForConnected(kConnectMs)) return false;
    socket.write(toLine(what));
    while (!socket.canReadLine())
        if (!socket.waitForReadyRead(kAnswerMs)) return false;
    return socket.readLine() == kTaken;
}

void Instance::listen() {
    const QString place = placeName();
    if (QFileInfo::exists(place)) {
        // A window that was killed leaves its socket; one that lives answers, and keeps its place.
        QLocalSocket probe;
        probe.connectToServer(place);
        if (probe.waitForConnected(kConnectMs)) return;
        QLocalServer::removeServer(place);
    }
    if (!server_->listen(place))
        base::log_warning("other starts of the program open windows of their own: " +
                          server_->errorString().toStdString());
}

void Instance::accept() {
    while (QLocalSocket* socket = server_->nextPendingConnection()) {
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    }
}

void Instance::read(QLocalSocket* socket) {
    if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > kLargestRequest) socket->abort();
        return;
    }
    const HandOver what = fromLine(socket->readLine());
    socket->write(kTaken);
    socket->flush();
    Q_EMIT handedOver(what);
}

}  // namespace univi::ui
