#pragma once

#include <QDir>
#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "ui/session/engine_client.h"

namespace univi::ui {

constexpr int kWaitMs = 20'000;

/// A child that is gone shows as a failed write, as in the programs: Qt sees to that once, when a
/// process first writes to a child, but every QTest::qExec puts its handler of crashes over it.
inline void ignoreBrokenPipes() {
    std::signal(SIGPIPE, SIG_IGN);
}

/// A throw-away home: settings, conversations, caches and downloaded models of the test go there.
class TestHome {
  public:
    TestHome() {
        ignoreBrokenPipes();
        qputenv("XDG_DATA_HOME", path("data").toUtf8());
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
        qputenv("XDG_CONFIG_HOME", path("config").toUtf8());
        qputenv("HF_HUB_CACHE", path("hub").toUtf8());
    }
    QString path(const QString& name) const { return folder_.filePath(name); }

    /// A picture file that can be read.
    QString picture(const QString& name, Qt::GlobalColor color = Qt::red) const {
        QImage image(160, 120, QImage::Format_RGB32);
        image.fill(color);
        image.save(path(name), "PNG");
        return path(name);
    }
    /// A file of that name; only the scripted engine "reads" it.
    QString file(const QString& name, const QByteArray& bytes = "x") const {
        QFile out(path(name));
        if (out.open(QIODevice::WriteOnly)) out.write(bytes);
        return path(name);
    }

  private:
    QTemporaryDir folder_;
};

inline EngineClient::Options scriptedEngine(const QString& log = {}) {
    EngineClient::Options options;
    options.program = QStringLiteral(UNIVI_SCRIPTED_ENGINE);
    if (!log.isEmpty()) options.arguments << log;
    options.restart_delay_ms = 1;
    return options;
}

/// The request lines the scripted engine wrote down, of one type ("ask", "encode", …).
inline QList<QByteArray> loggedRequests(const QString& log, const QByteArray& word) {
    QFile file(log);
    QList<QByteArray> found;
    if (!file.open(QIODevice::ReadOnly)) return found;
    for (const QByteArray& line : file.readAll().split('\n'))
        if (line.contains(word)) found << line;
    return found;
}

}  // namespace univi::ui
