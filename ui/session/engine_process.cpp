#include "ui/session/engine_process.h"

#include "core/base/error.h"
#include "core/base/log.h"

namespace univi::ui {

EngineProcess::EngineProcess(const QString& program, const QStringList& arguments, QObject* parent)
    : QObject(parent), program_(program), arguments_(arguments) {
    connect(&child_, &LineChild::lineArrived, this, &EngineProcess::readEvent);
    connect(&child_, &LineChild::logArrived, this,
            [](const QByteArray& line) { base::log_info("engine: " + line.toStdString()); });
    connect(&child_, &LineChild::ended, this, [this](const LineChild::End& end) {
        using How = LineChild::End::How;
        if (end.how == How::NotStarted) return Q_EMIT ended(true, end.sentence);
        Q_EMIT ended(false,
                     (end.how == How::Crashed ? tr("ended by signal %1") : tr("exit code %1"))
                         .arg(end.code));
    });
}

void EngineProcess::start() {
    child_.start(program_, arguments_);
}

void EngineProcess::retire() {
    disconnect(this, nullptr, nullptr, nullptr);
    disconnect(&child_, nullptr, this, nullptr);
    if (!child_.isRunning()) return deleteLater();
    connect(&child_, &LineChild::ended, this, &QObject::deleteLater);
    child_.kill();
}

void EngineProcess::send(const protocol::Request& request) {
    child_.write(QByteArray::fromStdString(protocol::to_line(request) + "\n"));
}

void EngineProcess::readEvent(const QByteArray& line) {
    try {
        Q_EMIT eventArrived(protocol::parse_event(line.toStdString()));
    } catch (const base::Error& error) {
        base::log_warning(std::string("a line of the model process was no event: ") + error.what());
    }
}

}  // namespace univi::ui
