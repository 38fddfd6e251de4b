#include "ui/chat/stream_dialog.h"

#include <QButtonGroup>
#include <QFile>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
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
      video_(segment(tr("Video"))),
      live_(segment(tr("Live"))),
      seconds_(new QSpinBox),
      form_(new QFormLayout),
      message_(wrapped({}, "small")),
      bar_(new QProgressBar),
      open_(button({}, ButtonRole::Primary)) {
    setWindowTitle(tr("Open an address"));
    build();
    connect(address_, &QLineEdit::textChanged, this, &StreamDialog::updateState);
    connect(live_, &QToolButton::toggled, this, &StreamDialog::updateState);
    connect(open_, &QPushButton::clicked, this,
            [this] { live_->isChecked() ? goLive() : record(); });
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
    auto* kinds = new QButtonGroup(this);
    for (QToolButton* kind : {video_, live_}) kinds->addButton(kind);
    video_->setChecked(true);
    open_->setDefault(true);
    QPushButton* cancel = button(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    form_->setHorizontalSpacing(16);
    form_->setVerticalSpacing(12);
    addField(form_, tr("&Address"), address_);
    addField(form_, tr("&What"), video_, row({.spacing = 0}, {video_, live_, Part::stretch()}));
    addField(form_, tr("&Length"), seconds_);
    live_fields_.emplace(form_);
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 16},
           {makeLabel(tr("Open an address"), "title"), form_, message_, bar_,
            row({}, {Part::stretch(), cancel, open_})});
    setMinimumWidth(kWidth);
}

void StreamDialog::record() {
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

void StreamDialog::goLive() {
    const QString address = address_->text().trimmed();
    LiveCameraChoice choice{address, LiveCameraChoice::kStream, QUrl(address).host()};
    live_fields_->read(choice);
    Q_EMIT liveRequested(choice);
    accept();
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
    const bool isRecording = child_.isRunning(), isLive = live_->isChecked();
    bar_->setVisible(isRecording);
    for (QWidget* field : std::initializer_list<QWidget*>{address_, video_, live_, seconds_})
        field->setEnabled(!isRecording);
    form_->setRowVisible(seconds_, !isLive);
    live_fields_->setVisible(isLive);
    open_->setText(isLive ? tr("Open") : tr("Record"));
    open_->setEnabled(!isRecording && isStreamAddress(address_->text()));
    say(isRecording ? tr("Recording…")
        : isLive    ? tr("A camera or a video, by http, https or rtsp. It stays open above the "
                            "question, which is about its last frames.")
                    : tr("A camera or a video, by http, https or rtsp. Its beginning is stored on "
                            "this computer."),
        "small");
}

void StreamDialog::say(const QString& sentence, const char* type) {
    message_->setText(sentence);
    setType(message_, type);
}

}  // namespace univi::ui
