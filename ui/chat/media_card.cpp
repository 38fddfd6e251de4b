#include "ui/chat/media_card.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>

#include "ui/media/thumbnails.h"
#include "ui/text/recording_title.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kNameHeight = 22, kRemoveSize = 24;
constexpr double kRadius = 10;

/// A play sign on a dark disc: seen on any picture.
void paintClipBadge(QPainter& painter, const QPointF& center, double radius) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 150));
    painter.drawEllipse(center, radius, radius);
    QPainterPath play;
    play.moveTo(center + QPointF(-radius * 0.3, -radius * 0.45));
    play.lineTo(center + QPointF(radius * 0.5, 0));
    play.lineTo(center + QPointF(-radius * 0.3, radius * 0.45));
    play.closeSubpath();
    painter.fillPath(play, Qt::white);
}

/// A cross on a dark disc at the corner of a card.
class RemoveButton : public QAbstractButton {
  public:
    explicit RemoveButton(QWidget* card) : QAbstractButton(card) {
        setFixedSize(kRemoveSize, kRemoveSize);
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::NoFocus);  // Delete on the card does the same
        hide();
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0, 0, 0, underMouse() ? 220 : 150));
        painter.drawEllipse(QRectF(rect()).adjusted(1, 1, -1, -1));
        painter.setPen(QPen(Qt::white, 1.8, Qt::SolidLine, Qt::RoundCap));
        const QRectF cross = QRectF(rect()).adjusted(8, 8, -8, -8);
        painter.drawLine(cross.topLeft(), cross.bottomRight());
        painter.drawLine(cross.topRight(), cross.bottomLeft());
    }
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
};

}  // namespace

void paintThumbnail(QPainter& painter, const QRectF& rect, const QImage& image, MediaKind kind,
                    double radius) {
    const Palette& palette = Theme::instance().palette();
    QPainterPath shape;
    shape.addRoundedRect(rect, radius, radius);
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    painter.fillPath(shape, palette.window);
    if (image.isNull()) {
        const double side = std::min({rect.height() * 0.45, rect.width() * 0.45, 32.0});
        QRectF square(0, 0, side, side);
        square.moveCenter(rect.center());
        paintIcon(painter,
                  kind == MediaKind::Clip ? QStringLiteral("clip") : QStringLiteral("picture"),
                  IconTone::Muted, square);
    } else {
        const QSizeF part = rect.size().scaled(image.size(), Qt::KeepAspectRatio);
        QRectF source(QPointF(), part);
        source.moveCenter(QRectF(image.rect()).center());
        painter.save();
        painter.setClipPath(shape);
        painter.drawImage(rect, image, source);
        painter.restore();
        // In a corner, so that it hides nothing; in the middle of what is too small for that.
        const bool small = rect.height() < 64;
        const QPointF corner = rect.bottomLeft() + QPointF(20, -20);
        if (kind == MediaKind::Clip)
            paintClipBadge(painter, small ? rect.center() : corner,
                           small ? rect.height() * 0.28 : 13.0);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette.border, 1));
    painter.drawPath(shape);
    painter.restore();
}

MediaCard::MediaCard(const Medium& medium, Thumbnails* thumbnails, QSize picture, Shape shape,
                     QWidget* parent)
    : QAbstractButton(parent),
      medium_(medium),
      kind_(mediaKind(medium.file)),
      thumbnails_(thumbnails),
      largest_(picture),
      shape_(shape) {
    setObjectName(QStringLiteral("mediaCard"));
    setCursor(Qt::PointingHandCursor);
    lookForFile();
    fit();
    connect(thumbnails_, &Thumbnails::ready, this, [this](const QString& ready) {
        if (ready == file()) fit();
    });
}

/// The file may move, or come back, while its card is shown elsewhere.
void MediaCard::lookForFile() {
    missing_ = !QFileInfo(medium_.file).isFile();
    setToolTip(missing_ ? tr("%1 is not there any more; click to say where it is now").arg(file())
                        : file());
    setAccessibleName(missing_ ? tr("Locate %1").arg(name())
                               : tr("Show the groups of %1").arg(name()));
    update();
}

/// "clip.mp4 · 0:12–0:31"
QString MediaCard::name() const {
    const QString file_name = recordingTitle(file()), part = clipText(medium_.clip);
    return part.isEmpty() ? file_name : QStringLiteral("%1 · %2").arg(file_name, part);
}

void MediaCard::showEvent(QShowEvent* event) {
    lookForFile();
    QAbstractButton::showEvent(event);
}

void MediaCard::setRemovable(bool removable) {
    if (removable == (remove_ != nullptr)) return;
    delete remove_;
    remove_ = nullptr;
    if (!removable) return;
    remove_ = new RemoveButton(this);
    remove_->setToolTip(tr("Remove from the conversation (Del)"));
    remove_->setAccessibleName(tr("Remove %1").arg(name()));
    connect(remove_, &QAbstractButton::clicked, this, &MediaCard::removeRequested);
}

void MediaCard::enterEvent(QEnterEvent* event) {
    if (remove_) {
        remove_->move(2 + picture_.width() - kRemoveSize - 6, 8);
        remove_->show();
    }
    QAbstractButton::enterEvent(event);
}

void MediaCard::leaveEvent(QEvent* event) {
    if (remove_) remove_->hide();
    QAbstractButton::leaveEvent(event);
}

void MediaCard::keyPressEvent(QKeyEvent* event) {
    if (remove_ && event->key() == Qt::Key_Delete) return Q_EMIT removeRequested();
    QAbstractButton::keyPressEvent(event);
}

void MediaCard::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(missing_ ? tr("Locate…") : tr("Show its groups"), this,
                    [this] { Q_EMIT clicked(); });
    if (kind_ == MediaKind::Clip && !missing_)
        menu->addAction(ui::icon(QStringLiteral("trim")), tr("Ask about a part of it…"), this,
                        &MediaCard::partRequested);
    menu->addAction(tr("Copy its path"), this,
                    [this] { QGuiApplication::clipboard()->setText(medium_.file); });
    if (remove_) {
        menu->addSeparator();
        menu->addAction(ui::icon(QStringLiteral("trash"), IconTone::Danger),
                        tr("Remove from the conversation"), this, &MediaCard::removeRequested);
    }
    menu->popup(event->globalPos());
}

/// The picture's own shape inside the largest size; a very long one is cut at half of it.
void MediaCard::fit() {
    const QImage image = thumbnails_->get(medium_.file);
    picture_ = image.isNull() || shape_ == Shape::Filled
                   ? largest_
                   : image.size().scaled(largest_, Qt::KeepAspectRatio).expandedTo(largest_ / 2);
    setFixedSize(sizeHint());
    update();
}

QSize MediaCard::sizeHint() const {
    return picture_ + QSize(4, 4 + kNameHeight);
}

void MediaCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    const QRectF picture(QPointF(2, 2), QSizeF(picture_));
    paintThumbnail(painter, picture, thumbnails_->get(medium_.file), kind_, kRadius);
    if (hasFocus() || underMouse()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette.accent, hasFocus() ? 2 : 1));
        painter.drawRoundedRect(picture, kRadius, kRadius);
    }
    QFont small = font();
    small.setPixelSize(std::max(11, QFontInfo(font()).pixelSize() - 2));
    painter.setFont(small);
    if (missing_) {
        // On a dark band: it is read on any picture.
        QPainterPath band;
        band.addRoundedRect(picture.adjusted(8, picture.height() - 34, -8, -8), 6, 6);
        painter.fillPath(band, QColor(0, 0, 0, 190));
        painter.setPen(Qt::white);
        painter.drawText(band.boundingRect(), Qt::AlignCenter, tr("Moved? Locate…"));
    }
    painter.setPen(palette.textMuted);
    const QRect place(4, picture_.height() + 4, picture_.width() - 4, kNameHeight - 2);
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter,
                     shownName(QFontMetrics(small), place.width()));
}

/// Of a name that is too long the middle goes; the part that is asked about stays whole.
QString MediaCard::shownName(const QFontMetrics& metrics, int width) const {
    const QString file_name = recordingTitle(file());
    const QString rest = name().mid(file_name.size());
    return metrics.elidedText(file_name, Qt::ElideMiddle, width - metrics.horizontalAdvance(rest)) +
           rest;
}

}  // namespace univi::ui
