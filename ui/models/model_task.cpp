#include "ui/models/model_task.h"

#include <QDir>

#include "core/base/error.h"
#include "core/base/log.h"
#include "ui/models/model_chooser.h"

namespace univi::ui {
namespace {

constexpr int kPatienceMs = 5000;

}  // namespace

ModelTask::ModelTask(Kind kind, const QString& model, const QString& out, const QString& program,
                     QObject* parent)
    : QObject(parent),
      kind_(kind),
      model_(model),
      out_(out),
      child_(nullptr, LineChild::Farewell::EndOfInput) {
    connect(&child_, &LineChild::lineArrived, this, &ModelTask::read);
    connect(&child_, &LineChild::ended, this, &ModelTask::onEnd);
    child_.start(program.isEmpty() ? programBeside(QStringLiteral("univi-cli")) : program,
                 arguments());
}

QStringList ModelTask::arguments() const {
    QStringList words;
    switch (kind_) {
        case Kind::Verify:
            words << QStringLiteral("verify");
            break;
        case Kind::Quantize8:
            words << QStringLiteral("quantize") << QStringLiteral("--dtype")
                  << QStringLiteral("int8");
            break;
        case Kind::Quantize4:
            words << QStringLiteral("quantize") << QStringLiteral("--dtype")
                  << QStringLiteral("int4");
            break;
        case Kind::Convert:
            words << QStringLiteral("convert") << QStringLiteral("--device")
                  << QStringLiteral("cpu");
            break;
    }
    words << QStringLiteral("--json") << QStringLiteral("--stop-at-end-of-input");
    if (!model_.isEmpty()) words << QStringLiteral("--model") << model_;
    if (!out_.isEmpty()) words << QStringLiteral("--out") << out_;
    return words;
}

void ModelTask::cancel() {
    if (state_ != State::Running) return;
    state_ = State::Cancelling;
    Q_EMIT changed();
    child_.stop(kPatienceMs);
}

void ModelTask::read(const QByteArray& line) {
    try {
        const auto event = protocol::task::parse_event(line.toStdString());
        if (event) std::visit([this](const auto& each) { take(each); }, *event);
    } catch (const base::Error& error) {
        base::log_warning(std::string("a line of univi-cli was no event: ") + error.what());
    }
}

void ModelTask::take(const protocol::task::ProgressEvent& progress) {
    fraction_ = progress.fraction;
    detail_ = QString::fromStdString(progress.what);
    Q_EMIT changed();
}

void ModelTask::take(const protocol::task::VerifiedEvent& verified) {
    const QString size = bytesText(verified.bytes);
    detail_ =
        verified.unnamed == 0
            ? tr("Whole, and fits together  ·  files: %1  ·  %2").arg(verified.files).arg(size)
            : tr("Could be read whole, and fits together  ·  files: %1, without a known "
                 "checksum: %2  ·  %3")
                  .arg(verified.files)
                  .arg(verified.unnamed)
                  .arg(size);
}

void ModelTask::take(const protocol::task::WrittenEvent& written) {
    out_ = QString::fromStdString(written.folder);
    detail_ = tr("Written to %1").arg(QDir::toNativeSeparators(out_));
}

void ModelTask::onEnd(const LineChild::End& end) {
    if (end.isGood()) {
        state_ = State::Done;
    } else if (state_ == State::Cancelling) {
        state_ = State::Cancelled;
        detail_ = tr("Cancelled");
    } else {
        state_ = State::Failed;
        detail_ = end.how == LineChild::End::How::Crashed
                      ? tr("It ended unexpectedly: it may need more memory than there is.")
                      : end.sentence;
    }
    Q_EMIT changed();
}

}  // namespace univi::ui
