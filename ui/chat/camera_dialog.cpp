#include "ui/chat/camera_dialog.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFile>
#include <QFormLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/chat/recording_file.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kWidth = 480, kDefaultSeconds = 5, kMostSeconds = 600;

}  // namespace

CameraDialog::CameraDialog(QWidget* parent) : CameraDialog(parent, Source()) {}

CameraDialog::CameraDialog(QWidget* parent, const Source& source)
    : QDialog(parent),
      source_(source),
      cameras_(new QComboBox),
      picture_(segment(tr("Picture"))),
      video_(segment(tr("Video"))),
      seconds_(new QSpinBox),
      message_(wrapped({}, "small")),
      bar_(new QProgressBar),
      again_(button(tr("Look again"), ButtonRole::Quiet, "redo")),
      take_(button(tr("Take"), ButtonRole::Primary)) {
    setWindowTitle(tr("Camera"));
    build();
    wire();
    look();
}

CameraDialog::~CameraDialog() {
    listing_.disconnect(this);
    taking_.disconnect(this);
    if (!taking_.isRunning()) return;
    taking_.endNow();
    QFile::remove(file_);
}

QString CameraDialog::program() const {
    return source_.program.isEmpty() ? programBeside(QStringLiteral("univi-cli")) : source_.program;
}

void CameraDialog::build() {
    cameras_->setMinimumWidth(kWidth - 160);
    cameras_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto* kinds = new QButtonGroup(this);
    for (QToolButton* kind : {picture_, video_}) kinds->addButton(kind);
    picture_->setChecked(true);
    seconds_->setRange(1, kMostSeconds);
    seconds_->setValue(kDefaultSeconds);
    seconds_->setSuffix(tr(" s"));
    seconds_->setFixedWidth(100);
    bar_->setRange(0, 0);
    bar_->setTextVisible(false);
    bar_->hide();
    take_->setDefault(true);
    QPushButton* cancel = button(tr("Cancel"));
    for (QPushButton* other : {cancel, again_}) other->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(12);
    addField(form, tr("&Camera"), cameras_);
    addField(form, tr("&What"), picture_, row({.spacing = 0}, {picture_, video_, Part::stretch()}));
    addField(form, tr("&Length"), seconds_);
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 16},
           {makeLabel(tr("Camera"), "title"), form, message_, bar_,
            row({.spacing = 8}, {again_, Part::stretch(), cancel, take_})});
    setMinimumWidth(kWidth);
}

void CameraDialog::wire() {
    connect(&listing_, &LineChild::lineArrived, this, &CameraDialog::onCamera);
    connect(&listing_, &LineChild::ended, this, &CameraDialog::onListed);
    connect(&taking_, &LineChild::ended, this, &CameraDialog::onTaken);
    connect(again_, &QPushButton::clicked, this, &CameraDialog::look);
    connect(take_, &QPushButton::clicked, this, &CameraDialog::take);
    connect(video_, &QToolButton::toggled, this, &CameraDialog::updateState);
}

void CameraDialog::look() {
    cameras_->clear();
    if (!source_.device.isEmpty()) {
        cameras_->addItem(source_.device, source_.device);
        return onListed({LineChild::End::How::Exited, 0, {}});
    }
    listing_.start(program(), {QStringLiteral("record"), QStringLiteral("--list-cameras")});
    updateState();
    say(tr("Looking for cameras…"), "small");
}

void CameraDialog::onCamera(const QByteArray& line) {
    const QJsonObject camera = QJsonDocument::fromJson(line).object();
    const QString device = camera.value(QLatin1String("device")).toString(),
                  name = camera.value(QLatin1String("name")).toString();
    if (device.isEmpty()) return;
    cameras_->addItem(name.isEmpty() ? device : QStringLiteral("%1 (%2)").arg(name, device),
                      device);
}

void CameraDialog::onListed(const LineChild::End& end) {
    updateState();
    if (end.how == LineChild::End::How::NotStarted)
        return say(tr("%1 could not be started; install the program whole.").arg(program()),
                   "danger");
    if (cameras_->count() == 0)
        return say(tr("No camera was found; connect one and look again."), "small");
    say(tr("What is taken is stored on this computer."), "small");
}

void CameraDialog::take() {
    const bool still = picture_->isChecked();
    file_ = newRecordingFile(QStringLiteral("camera"),
                             still ? QStringLiteral("png") : QStringLiteral("mkv"));
    if (file_.isEmpty()) return say(tr("The data folder takes no recording."), "danger");
    QStringList arguments{QStringLiteral("record"),
                          QStringLiteral("--camera"),
                          cameras_->currentData().toString(),
                          QStringLiteral("--camera-format"),
                          source_.format,
                          QStringLiteral("--out"),
                          file_};
    if (still)
        arguments << QStringLiteral("--still");
    else
        arguments << QStringLiteral("--seconds") << QString::number(seconds_->value());
    taking_.start(program(), arguments);
    updateState();
    say(still ? tr("Taking a picture…") : tr("Recording…"), "small");
}

void CameraDialog::onTaken(const LineChild::End& end) {
    updateState();
    if (end.isGood()) {
        Q_EMIT recorded(file_);
        return accept();
    }
    QFile::remove(file_);
    say(end.how == LineChild::End::How::NotStarted
            ? tr("%1 could not be started; install the program whole.").arg(program())
        : end.sentence.isEmpty() ? tr("The recording ended unexpectedly; try again.")
                                 : end.sentence,
        "danger");
}

void CameraDialog::updateState() {
    const bool busy = taking_.isRunning(), listing = listing_.isRunning();
    bar_->setVisible(busy || listing);
    const bool ready = !busy && !listing && cameras_->count() > 0;
    for (QWidget* field : std::initializer_list<QWidget*>{cameras_, picture_, video_, take_})
        field->setEnabled(ready);
    seconds_->setEnabled(ready && video_->isChecked());
    again_->setEnabled(!busy && !listing);
}

void CameraDialog::say(const QString& sentence, const char* type) {
    message_->setText(sentence);
    setType(message_, type);
}

}  // namespace univi::ui
