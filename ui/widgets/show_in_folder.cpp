#include "ui/widgets/show_in_folder.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileInfo>
#include <QUrl>

#ifdef UNIVI_WITH_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#endif

namespace univi::ui {
namespace {

void openFolderOf(const QString& file) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file).absolutePath()));
}

}  // namespace

void showInFolder(const QString& file) {
#ifdef UNIVI_WITH_DBUS
    constexpr int kBusMs = 3000;
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        QDBusMessage call = QDBusMessage::createMethodCall(
            QStringLiteral("org.freedesktop.FileManager1"),
            QStringLiteral("/org/freedesktop/FileManager1"),
            QStringLiteral("org.freedesktop.FileManager1"), QStringLiteral("ShowItems"));
        const QUrl url = QUrl::fromLocalFile(QFileInfo(file).absoluteFilePath());
        call << QStringList{QString::fromLatin1(url.toEncoded())} << QString();
        auto* answer = new QDBusPendingCallWatcher(bus.asyncCall(call, kBusMs), qApp);
        QObject::connect(answer, &QDBusPendingCallWatcher::finished, qApp, [answer, file] {
            if (answer->isError()) openFolderOf(file);
            answer->deleteLater();
        });
        return;
    }
#endif
    openFolderOf(file);
}

}  // namespace univi::ui
