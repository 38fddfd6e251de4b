#include "ui/chat/live_bar.h"

#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/chat/medium.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

namespace {

constexpr QSize kPicture{64, 40};
constexpr int kRadius = 6;

}  // namespace

/// What the camera sees now, cut to the place it has.
class LiveBar::Picture : public QWidget {
  public:
    Picture() {
        setFixedSize(kPicture);
        setAccessibleName(LiveBar::tr("What the camera sees now"));
    }
    void set(const QImage& image) {
        image_ = image;
        update();
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath path;
        path.addRoundedRect(rect(), kRadius, kRadius);
        painter.setClipPath(path);
        painter.fillPath(path, palette().color(QPalette::Mid));
        if (image_.isNull()) return;
        const QSizeF size =
            QSizeF(image_.size()).scaled(QSizeF(kPicture), Qt::KeepAspectRatioByExpanding);
        QRectF place({}, size);
        place.moveCenter(QRectF(rect()).center());
        painter.drawImage(place, image_);
        painter.setClipping(false);
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    }

  private:
    QImage image_;
};

LiveBar::LiveBar(QWidget* parent)
    : QFrame(parent),
      picture_(new Picture),
      what_(new ElidedLabel),
      record_(iconButton("record", tr("Record"), 18)),
      close_(iconButton("close", tr("Close the camera"), 16)) {
    setObjectName(QStringLiteral("liveBar"));
    record_->setObjectName(QStringLiteral("recordButton"));
    record_->setCheckable(true);
    close_->setObjectName(QStringLiteral("closeLiveButton"));
    what_->setProperty("type", QStringLiteral("small"));
    row(this, {.margins = {12, 0, 10, 4}, .spacing = 12},
        {picture_, {what_, 1}, {record_, 0, Qt::AlignVCenter}, {close_, 0, Qt::AlignVCenter}});
    connect(record_, &QToolButton::clicked, this, [this](bool on) {
        record_->setChecked(recording_since_.isValid());  // until that is so
        Q_EMIT recordRequested(on);
    });
    connect(close_, &QToolButton::clicked, this, &LiveBar::closeRequested);
    hide();
}

void LiveBar::open(const LiveCameraChoice& choice) {
    name_ = choice.name;
    every_s_ = choice.every_s;
    held_ = 0;
    picture_->set({});
    setRecording(false);
    record_->setEnabled(false);
    const QString close = choice.isStream() ? tr("Close the stream") : tr("Close the camera");
    close_->setToolTip(close);
    close_->setAccessibleName(close);
    what_->setText(tr("Opening %1…").arg(choice.name));
    show();
}

void LiveBar::showPicture(const QImage& picture, int held) {
    picture_->set(picture);
    held_ = held;
    record_->setEnabled(true);
    updateSentence();
}

void LiveBar::setRecording(bool recording) {
    if (recording)
        recording_since_.start();
    else
        recording_since_.invalidate();
    record_->setChecked(recording);
    record_->setIcon(recording ? icon(QStringLiteral("stop"), IconTone::Danger)
                               : icon(QStringLiteral("record"), IconTone::Danger));
    const QString what = recording ? tr("End the recording") : tr("Record");
    record_->setToolTip(what);
    record_->setAccessibleName(what);
    updateSentence();
}

QString LiveBar::sentence() const {
    return what_->text();
}

void LiveBar::updateSentence() {
    if (held_ == 0) return;
    const QString every = QLocale().toString(every_s_, 'g', 4);
    const QString frames =
        tr("%1, the last %Ln frame(s), one every %2 s", nullptr, held_).arg(name_, every);
    if (!recording_since_.isValid())
        return what_->setTextOrShorter(tr("Live: %1").arg(frames), frames);
    const QString time = timeText(std::floor(double(recording_since_.elapsed()) / 1000));
    what_->setTextOrShorter(tr("Recording, %1. Live: %2").arg(time, frames),
                            tr("Recording, %1").arg(time));
}

}  // namespace univi::ui
