#include "ui/chat/media_chip.h"

#include <QApplication>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/chat/media_card.h"
#include "ui/media/media_kind.h"
#include "ui/media/thumbnails.h"
#include "ui/text/recording_title.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"

namespace univi::ui {
namespace {

constexpr int kChipPicture = 36;
constexpr int kChipName = 168;

/// The small picture at the left of a chip.
class ChipPicture : public QWidget {
  public:
    ChipPicture(const QString& file, Thumbnails* thumbnails)
        : file_(file), thumbnails_(thumbnails) {
        setFixedSize(kChipPicture, kChipPicture);
        connect(thumbnails, &Thumbnails::ready, this, [this](const QString& ready) {
            if (ready == file_) update();
        });
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintThumbnail(painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5),
                       thumbnails_->get(file_), mediaKind(file_), 6);
    }

  private:
    QString file_;
    Thumbnails* thumbnails_;
};

}  // namespace

MediaChip::MediaChip(const Medium& medium, int number, Thumbnails* thumbnails, QWidget* parent)
    : QFrame(parent), is_clip_(mediaKind(medium.file) == MediaKind::Clip) {
    const QString file = medium.file, part = clipText(medium.clip);
    const QString name = recordingTitle(file);
    setObjectName(QStringLiteral("chip"));
    setToolTip(part.isEmpty() ? file : QStringLiteral("%1\n%2").arg(file, part));
    setFocusPolicy(number > 0 ? Qt::TabFocus : Qt::NoFocus);
    const QString whole = part.isEmpty() ? name : QStringLiteral("%1, %2").arg(name, part);
    setAccessibleName(number > 0 ? tr("%1, number %2").arg(whole).arg(number) : whole);
    setAccessibleDescription(is_clip_ ? tr("Ctrl+Left and Ctrl+Right give it another place, F2 "
                                           "chooses a part of it")
                                      : tr("Ctrl+Left and Ctrl+Right give it another place"));
    QLabel* count = number > 0 ? makeLabel(QString::number(number), "small") : nullptr;
    auto* label = new ElidedLabel(name);
    label->setElideMode(Qt::ElideMiddle);
    label->setFixedWidth(std::min(kChipName, label->fontMetrics().horizontalAdvance(name) + 4));
    QToolButton* trim = nullptr;
    if (is_clip_) {
        trim = iconButton("trim", tr("Choose a part (F2)"), 16);
        trim->setObjectName(QStringLiteral("trimButton"));
        trim->setAccessibleName(tr("Choose a part of %1").arg(name));
        connect(trim, &QToolButton::clicked, this, &MediaChip::partRequested);
    }
    QLabel* range = part.isEmpty() ? nullptr : makeLabel(part, "small");
    if (range) range->setObjectName(QStringLiteral("clipRange"));
    QToolButton* remove = iconButton("close", tr("Remove"), 14);
    remove->setAccessibleName(tr("Remove %1").arg(name));
    connect(remove, &QToolButton::clicked, this, &MediaChip::removeRequested);
    row(this, {.margins = {4, 4, 4, 4}, .spacing = 8},
        {new ChipPicture(file, thumbnails), count, label, range, trim, remove});
}

void MediaChip::keyPressEvent(QKeyEvent* event) {
    const bool control = event->modifiers() & Qt::ControlModifier;
    if (control && event->key() == Qt::Key_Left)
        Q_EMIT moveRequested(-1);
    else if (control && event->key() == Qt::Key_Right)
        Q_EMIT moveRequested(1);
    else if (is_clip_ && event->key() == Qt::Key_F2)
        Q_EMIT partRequested();
    else if (event->key() == Qt::Key_Delete)
        Q_EMIT removeRequested();
    else
        QFrame::keyPressEvent(event);
}

void MediaChip::mousePressEvent(QMouseEvent* event) {
    pressed_ = event->position().toPoint();
}

/// Dropped so many chips beside its place.
void MediaChip::mouseReleaseEvent(QMouseEvent* event) {
    const QPoint way = event->position().toPoint() - pressed_;
    if (way.manhattanLength() < QApplication::startDragDistance() || width() == 0) return;
    const int steps = qRound(double(way.x()) / width());
    if (steps != 0) Q_EMIT moveRequested(steps);
}

}  // namespace univi::ui
