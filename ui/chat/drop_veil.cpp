#include "ui/chat/drop_veil.h"

#include <QDropEvent>

#include "ui/media/media_kind.h"

namespace univi::ui {
namespace {

constexpr int kMargin = 16, kTop = 72;  ///< below the header

}  // namespace

DropVeil::DropVeil(QWidget* page, QWidget* over)
    : QLabel(tr("Drop to ask about it"), page), page_(page), over_(over) {
    setObjectName(QStringLiteral("dropVeil"));
    setAlignment(Qt::AlignCenter);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
    page_->setAcceptDrops(true);
    page_->installEventFilter(this);
    over_->installEventFilter(this);
}

bool DropVeil::eventFilter(QObject* watched, QEvent* event) {
    const bool moved = event->type() == QEvent::Resize || event->type() == QEvent::Move;
    if (watched == over_ && moved) cover();
    return (watched == page_ && filterDrop(event)) || QLabel::eventFilter(watched, event);
}

bool DropVeil::filterDrop(QEvent* event) {
    switch (event->type()) {
        case QEvent::DragEnter: {
            auto* enter = static_cast<QDragEnterEvent*>(event);
            if (!hasMedia(enter->mimeData())) return true;
            enter->acceptProposedAction();
            cover();
            raise();
            show();
            return true;
        }
        case QEvent::DragLeave:
            hide();
            return true;
        case QEvent::Drop: {
            hide();
            auto* drop = static_cast<QDropEvent*>(event);
            const QStringList files = mediaFromMime(drop->mimeData());
            if (files.isEmpty()) return true;
            drop->acceptProposedAction();
            Q_EMIT dropped(files);
            return true;
        }
        default:
            return false;
    }
}

void DropVeil::cover() {
    const QPoint corner = over_->mapTo(page_, QPoint(0, 0));
    setGeometry(QRect(corner, over_->size()).adjusted(kMargin, kTop, -kMargin, -kMargin));
}

}  // namespace univi::ui
