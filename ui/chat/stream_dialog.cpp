#include "ui/chat/stream_dialog.h"

#include <QFile>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/chat/recording_file.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kWidth = 480, kDefaultSeconds = 10, kMostSeconds = 600;

}  // namespace

StreamDialog::StreamDialog(QWidget* parent, const QString& program)
    : QDialog(parent),
      program_(program.isEmpty() ? programBeside(QStringLiteral("univi-cli")) : program),
      address_(new QLineEdit),
      seconds_(new QSpinBox),
      message_(wrapped({}, "small")),
      bar_(new QProgressBar),
      record_(button(tr("Record"), ButtonRole::Primary)) {
    setWindowTitle(tr("Open an address"));
    build();
    connect(address_, &QLineEdit::textChanged, this, &StreamDialog::updateState);
    connect(record_, &QPushButton::clicked, this, &StreamDialog::start);
    connect(&child_, &LineChild::ended, this, &StreamDialog::onEnd);
    updateState();
}

StreamDialog::~StreamDialog() {
    if (!child_.isRunning()) return;
    child_.endNow();
    QFile::remove(file_);
}

bool StreamDialog::isStreamAddress(const QString& text) {
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    static const QStringList kSchemes{"http", "https", "rtsp", "rtsps"};
    return url.isValid() && kSchemes.contains(url.scheme().toLower()) && !url.host().isEmpty();
}

void StreamDialog::build() {
    address_->setPlaceholderText(QStringLiteral("rtsp://camera/stream"));
    address_->setMinimumWidth(kWidth - 140);
    seconds_->setRange(1, kMostSeconds);
    seconds_->setValue(kDefaultSeconds);
    seconds_->setSuffix(tr(" s"));
    seconds_->setFixedWidth(100);
    bar_->setRange(0, 0);
    bar_->setTextVisible(false);
    bar_->hide();
    record_->setDefault(true);
    QPushButton* cancel = button(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(12);
    addField(form, tr("&Address"), address_);
    addField(form, tr("&Length"), seconds_);
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 16},
           {makeLabel(tr("Open an address"), "title"), form, message_, bar_,
            row({}, {Part::stretch(), cancel, record_})});
    setMinimumWidth(kWidth);
}

void StreamDialog::start() {
    const QString address = address_->text().trimmed();
    file_ = newRecordingFile(QUrl(address).host(), QStringLiteral("mkv"));
    if (file_.isEmpty()) return showProblem(tr("The data folder takes no recording."));
    child_.start(program_,
                 {QStringLiteral("record"), QStringLiteral("-"), QStringLiteral("--out"), file_,
                  QStringLiteral("--seconds"), QString::number(seconds_->value())});
    child_.write(address.toUtf8() + '\n');
    child_.closeInput();
    updateState();
}

void StreamDialog::onEnd(const LineChild::End& end) {
    if (end.how == LineChild::End::How::NotStarted)
        return showProblem(tr("%1 could not be started; install the program whole.").arg(program_));
    if (!end.isGood()) {
        QFile::remove(file_);
        return showProblem(end.sentence.isEmpty()
                               ? tr("The recording ended unexpectedly; try again.")
                               : end.sentence);
    }
    Q_EMIT recorded(file_);
    accept();
}

void StreamDialog::showProblem(const QString& sentence) {
    updateState();
    say(sentence, "danger");
    address_->setFocus();
}

void StreamDialog::updateState() {
    const bool isRecording = child_.isRunning();
    bar_->setVisible(isRecording);
    address_->setEnabled(!isRecording);
    seconds_->setEnabled(!isRecording);
    record_->setEnabled(!isRecording && isStreamAddress(address_->text()));
    say(isRecording ? tr("Recording…")
                    : tr("A camera or a video, by http, https or rtsp. Its beginning is stored on "
                         "this computer."),
        "small");
}

void StreamDialog::say(const QString& sentence, const char* type) {
    message_->setText(sentence);
    setType(message_, type);
}

}  // namespace univi::ui
