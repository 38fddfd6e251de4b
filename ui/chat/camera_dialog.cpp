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

constexpr int kWidth = 480, kFieldWidth = 100, kDefaultSeconds = 5, kMostSeconds = 600;
constexpr int kFormatRole = Qt::UserRole + 1, kNameRole = Qt::UserRole + 2;

}  // namespace

CameraDialog::CameraDialog(QWidget* parent) : CameraDialog(parent, Source()) {}

CameraDialog::CameraDialog(QWidget* parent, const Source& source)
    : QDialog(parent),
      source_(source),
      cameras_(new QComboBox),
      picture_(segment(tr("Picture"))),
      video_(segment(tr("Video"))),
      live_(segment(tr("Live"))),
      seconds_(new QSpinBox),
      form_(new QFormLayout),
      message_(wrapped({}, "small")),
      bar_(new QProgressBar),
      again_(button(tr("Search for cameras again"), ButtonRole::Quiet, "redo")),
      take_(button(tr("Take"), ButtonRole::Primary)) {
    setWindowTitle(tr("Camera or screen"));
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
    for (QToolButton* kind : {picture_, video_, live_}) kinds->addButton(kind);
    picture_->setChecked(true);
    seconds_->setRange(1, kMostSeconds);
    seconds_->setValue(kDefaultSeconds);
    seconds_->setSuffix(tr(" s"));
    seconds_->setFixedWidth(kFieldWidth);
    bar_->setRange(0, 0);
    bar_->setTextVisible(false);
    bar_->hide();
    take_->setDefault(true);
    QPushButton* cancel = button(tr("Cancel"));
    for (QPushButton* other : {cancel, again_}) other->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    form_->setHorizontalSpacing(16);
    form_->setVerticalSpacing(12);
    addField(form_, tr("&Source"), cameras_);
    addField(form_, tr("&Take as"), picture_,
             row({.spacing = 0}, {picture_, video_, live_, Part::stretch()}));
    addField(form_, tr("&Length"), seconds_);
    live_fields_.emplace(form_);
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 16},
           {makeLabel(tr("Camera or screen"), "title"), form_, message_, bar_,
            row({.spacing = 8}, {again_, Part::stretch(), cancel, take_})});
    setMinimumWidth(kWidth);
}

void CameraDialog::wire() {
    connect(&listing_, &LineChild::lineArrived, this, &CameraDialog::onCamera);
    connect(&listing_, &LineChild::ended, this, &CameraDialog::onListed);
    connect(&taking_, &LineChild::ended, this, &CameraDialog::onTaken);
    connect(again_, &QPushButton::clicked, this, &CameraDialog::look);
    connect(take_, &QPushButton::clicked, this, &CameraDialog::begin);
    for (QToolButton* kind : {video_, live_})
        connect(kind, &QToolButton::toggled, this, &CameraDialog::updateState);
}

void CameraDialog::look() {
    cameras_->clear();
    if (!source_.device.isEmpty()) {
        addCamera(source_.device, {}, source_.format);
        return onListed({LineChild::End::How::Exited, 0, {}});
    }
    listing_.start(program(), {QStringLiteral("record"), QStringLiteral("--list-cameras")});
    ScreenShare::find(this, [this] { addSharedScreen(); });
    updateState();
    say(tr("Looking for cameras…"), "small");
}

void CameraDialog::onCamera(const QByteArray& line) {
    const QJsonObject camera = QJsonDocument::fromJson(line).object();
    const auto text = [&camera](const char* key) {
        return camera.value(QLatin1String(key)).toString();
    };
    if (!text("device").isEmpty()) addCamera(text("device"), text("name"), text("format"));
}

void CameraDialog::addCamera(const QString& device, const QString& given, const QString& format) {
    const bool is_screen = format == QLatin1String("x11grab");
    const QString name = is_screen ? tr("This screen") : given;
    const QString label = is_screen        ? name
                          : name.isEmpty() ? device
                                           : QStringLiteral("%1 (%2)").arg(name, device);
    cameras_->addItem(label, device);
    const int row = cameras_->count() - 1;
    cameras_->setItemData(row, format.isEmpty() ? source_.format : format, kFormatRole);
    cameras_->setItemData(row, name.isEmpty() ? tr("camera") : name, kNameRole);
}

/// Which screen or window it is, the desktop's own dialog asks.
void CameraDialog::addSharedScreen() {
    if (cameras_->findData(LiveCameraChoice::kShared, kFormatRole) >= 0) return;
    cameras_->addItem(tr("A screen or a window…"));
    const int row = cameras_->count() - 1;
    cameras_->setItemData(row, QString(LiveCameraChoice::kShared), kFormatRole);
    cameras_->setItemData(row, tr("Shared screen"), kNameRole);
    if (!listing_.isRunning()) onListed({LineChild::End::How::Exited, 0, {}});
}

void CameraDialog::onListed(const LineChild::End& end) {
    updateState();
    if (end.how == LineChild::End::How::NotStarted)
        return say(tr("%1 could not be started; install the program whole.").arg(program()),
                   "danger");
    if (cameras_->count() == 0)
        return say(tr("No camera was found; connect one and search again."), "small");
    say(tr("What is taken is stored on this computer."), "small");
}

void CameraDialog::begin() {
    if (cameras_->currentData(kFormatRole) == QString(LiveCameraChoice::kShared)) return share();
    screen_.reset();
    proceed();
}

void CameraDialog::share() {
    screen_ = ScreenShare::create();
    connect(screen_.get(), &ScreenShare::shared, this, &CameraDialog::proceed);
    connect(screen_.get(), &ScreenShare::refused, this, [this](const QString& sentence) {
        is_asking_ = false;
        updateState();
        say(sentence.isEmpty() ? tr("Nothing was shared.") : sentence,
            sentence.isEmpty() ? "small" : "danger");
    });
    is_asking_ = true;
    updateState();
    say(tr("Choose what to share in the dialog of the desktop."), "small");
    screen_->start();
}

void CameraDialog::proceed() {
    is_asking_ = false;
    if (live_->isChecked())
        goLive();
    else
        take();
}

LiveCameraChoice CameraDialog::choice() const {
    LiveCameraChoice choice{cameras_->currentData().toString(),
                            cameras_->currentData(kFormatRole).toString(),
                            cameras_->currentData(kNameRole).toString()};
    if (screen_) choice.device = QString::number(screen_->node());
    choice.screen = screen_;
    live_fields_->read(choice);
    return choice;
}

void CameraDialog::take() {
    const bool still = picture_->isChecked();
    file_ = newRecordingFile(cameras_->currentData(kNameRole).toString(),
                             still ? QStringLiteral("png") : QStringLiteral("mkv"));
    if (file_.isEmpty()) return say(tr("The data folder takes no recording."), "danger");
    QStringList arguments{QStringLiteral("record")};
    arguments << choice().arguments() << QStringLiteral("--out") << file_;
    if (still)
        arguments << QStringLiteral("--still");
    else
        arguments << QStringLiteral("--seconds") << QString::number(seconds_->value());
    taking_.passDescriptor(screen_ ? screen_->descriptor() : -1);
    taking_.start(program(), arguments);
    if (screen_) screen_->dropDescriptor();
    updateState();
    say(still ? tr("Taking a picture…") : tr("Recording…"), "small");
}

void CameraDialog::goLive() {
    Q_EMIT liveRequested(choice());
    accept();
}

void CameraDialog::onTaken(const LineChild::End& end) {
    screen_.reset();
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
    const bool busy = taking_.isRunning() || is_asking_, listing = listing_.isRunning();
    bar_->setVisible(busy || listing);
    const bool ready = !busy && !listing && cameras_->count() > 0;
    for (QWidget* field :
         std::initializer_list<QWidget*>{cameras_, picture_, video_, live_, take_, seconds_})
        field->setEnabled(ready);
    live_fields_->setEnabled(ready);
    form_->setRowVisible(seconds_, video_->isChecked());
    live_fields_->setVisible(live_->isChecked());
    take_->setText(live_->isChecked() ? tr("Open") : tr("Take"));
    again_->setEnabled(!busy && !listing);
}

void CameraDialog::say(const QString& sentence, const char* type) {
    message_->setText(sentence);
    setType(message_, type);
}

}  // namespace univi::ui
