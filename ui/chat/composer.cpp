#include "ui/chat/composer.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/chat/media_chip.h"
#include "ui/media/media_kind.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kMaxLines = 8;

}  // namespace

/// The text field: hands pasted media to the composer instead of inserting their names.
class Composer::Editor : public QPlainTextEdit {
  public:
    explicit Editor(Composer* composer) : composer_(composer) {
        setFrameShape(QFrame::NoFrame);
        setTabChangesFocus(true);
        setPlaceholderText(Composer::tr("Ask about a picture or a video…"));
        setAccessibleName(Composer::tr("Question"));
        setAcceptDrops(false);  // drops belong to the whole composer
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        document()->setDocumentMargin(2);
    }

    /// Lines as they are wrapped, counted up to `most`.
    int wrappedLines(int most) const {
        auto* layout = static_cast<QPlainTextDocumentLayout*>(document()->documentLayout());
        int lines = 0;
        for (QTextBlock block = document()->begin(); block.isValid() && lines < most;
             block = block.next()) {
            layout->ensureBlockLayout(block);
            lines += std::max(1, block.layout()->lineCount());
        }
        return std::clamp(lines, 1, most);
    }

  protected:
    void resizeEvent(QResizeEvent* event) override {
        QPlainTextEdit::resizeEvent(event);
        if (event->size().width() != event->oldSize().width()) composer_->grow();
    }
    bool canInsertFromMimeData(const QMimeData* source) const override {
        return hasMedia(source) || QPlainTextEdit::canInsertFromMimeData(source);
    }
    void insertFromMimeData(const QMimeData* source) override {
        if (const QStringList files = mediaFromMime(source); !files.isEmpty())
            Q_EMIT composer_->mediaDropped(files);
        else
            QPlainTextEdit::insertFromMimeData(source);
    }

  private:
    Composer* composer_;
};

Composer::Composer(Thumbnails* thumbnails, QWidget* parent)
    : QFrame(parent),
      thumbnails_(thumbnails),
      chip_row_(new QWidget),
      chips_(new FlowLayout(8, Qt::AlignLeft, chip_row_)),
      editor_(new Editor(this)) {
    setObjectName(QStringLiteral("composer"));
    setAcceptDrops(true);
    chip_row_->hide();
    column(this, {.margins = {12, 12, 10, 10}, .spacing = 8}, {chip_row_, editor_, buildButtons()});
    editor_->installEventFilter(this);
    connect(editor_, &QPlainTextEdit::textChanged, this, [this] {
        grow();
        updateButton();
        Q_EMIT textChanged();
    });
    setStatus({});
    updateButton();
    grow();
}

QLayout* Composer::buildButtons() {
    attach_ = iconButton("attach", tr("Add pictures or videos"), 20);
    attach_->setToolTip(tr("Add pictures or videos (Ctrl+O)"));
    auto* menu = new QMenu(attach_);
    menu->addAction(icon(QStringLiteral("folder")), tr("Pictures or videos…"), this,
                    &Composer::attachRequested);
    menu->addAction(icon(QStringLiteral("clip")), tr("An address…"), this,
                    &Composer::addressRequested);
    menu->addAction(icon(QStringLiteral("picture")), tr("A camera or the screen…"), this,
                    &Composer::cameraRequested);
    attach_->setMenu(menu);
    attach_->setPopupMode(QToolButton::InstantPopup);
    prompts_ = iconButton("prompts", tr("Prompts"), 20);
    prompts_->setToolTip(tr("Prompts ( / in an empty field)"));
    connect(prompts_, &QToolButton::clicked, this, [this] { Q_EMIT promptsRequested(prompts_); });
    status_ = new ElidedLabel;
    status_->setProperty("type", QStringLiteral("small"));
    queue_ = iconButton("send", tr("Ask after this reply (Enter)"), 20);
    queue_->setObjectName(QStringLiteral("queueButton"));
    connect(queue_, &QToolButton::clicked, this, &Composer::send);
    send_ = new QToolButton;
    send_->setObjectName(QStringLiteral("sendButton"));
    send_->setIconSize({20, 20});
    connect(send_, &QToolButton::clicked, this, [this] {
        if (busy_)
            Q_EMIT stopRequested();
        else
            send();
    });
    return row({.spacing = 8}, {{attach_, 0, Qt::AlignVCenter},
                                {prompts_, 0, Qt::AlignVCenter},
                                {status_, 1},
                                {queue_, 0, Qt::AlignVCenter},
                                {send_, 0, Qt::AlignVCenter}});
}

void Composer::setMediaRefusal(const QString& reason) {
    const bool open = reason.isEmpty();
    attach_->setEnabled(open);
    attach_->setToolTip(open ? tr("Add pictures or videos (Ctrl+O)") : reason);
    attach_->setAccessibleDescription(reason);
}

QString Composer::text() const {
    return editor_->toPlainText();
}

void Composer::setText(const QString& text) {
    editor_->setPlainText(text);
    editor_->moveCursor(QTextCursor::End);
}

void Composer::setMedia(const Media& media) {
    if (media == media_list_) return;
    media_list_ = media;
    clearLayout(chips_);
    for (int i = 0; i < media_list_.size(); ++i) chips_->addWidget(makeChip(i));
    chip_row_->setVisible(!media_list_.isEmpty());
    updateButton();
}

QWidget* Composer::makeChip(int index) {
    const int number = media_list_.size() > 1 ? index + 1 : 0;
    auto* chip = new MediaChip(media_list_[index], number, thumbnails_);
    connect(chip, &MediaChip::removeRequested, this,
            [this, index] { Q_EMIT mediumRemoved(index); });
    connect(chip, &MediaChip::partRequested, this, [this, index] { Q_EMIT partRequested(index); });
    // Queued: the chips are made anew.
    connect(
        chip, &MediaChip::moveRequested, this,
        [this, index](int step) {
            const int to = std::clamp(index + step, 0, int(media_list_.size()) - 1);
            Q_EMIT mediumMoved(index, to);
            if (auto* moved = chips_->itemAt(to)) moved->widget()->setFocus();
        },
        Qt::QueuedConnection);
    return chip;
}

void Composer::setBusy(bool busy) {
    busy_ = busy;
    updateButton();
}

void Composer::setStatus(const QString& sentence) {
    if (sentence.isEmpty())
        status_->setTextOrShorter(tr("Enter sends, Shift+Enter starts a new line"),
                                  tr("Enter sends"));
    else
        status_->setText(sentence);
}

QString Composer::status() const {
    return status_->text();
}
void Composer::focusText() {
    editor_->setFocus();
}

void Composer::send() {
    if (text().trimmed().isEmpty()) return;
    if (busy_)
        Q_EMIT queueRequested(text());
    else
        Q_EMIT sendRequested(text());
}

void Composer::updateButton() {
    const QString label = busy_ ? tr("Stop (Esc)") : tr("Send (Enter)");
    send_->setIcon(
        icon(busy_ ? QStringLiteral("stop") : QStringLiteral("send"), IconTone::OnAccent));
    send_->setToolTip(label);
    send_->setAccessibleName(label);
    queue_->setVisible(busy_ && !text().trimmed().isEmpty());
    send_->setEnabled(busy_ || !text().trimmed().isEmpty());
}

void Composer::grow() {
    const int lines = editor_->wrappedLines(kMaxLines);
    editor_->setFixedHeight(lines * editor_->fontMetrics().lineSpacing() + 8);
    editor_->setVerticalScrollBarPolicy(lines >= kMaxLines ? Qt::ScrollBarAsNeeded
                                                           : Qt::ScrollBarAlwaysOff);
    editor_->ensureCursorVisible();
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        setProperty("focused", event->type() == QEvent::FocusIn);
        restyle(this);
        // The border grows by one pixel; the content stays where it is.
        const int border = event->type() == QEvent::FocusIn ? 0 : 1;
        layout()->setContentsMargins(11 + border, 11 + border, 9 + border, 9 + border);
    }
    // A text field takes Ctrl+K for itself (it deletes to the end of the line): it is the window's.
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->matches(QKeySequence::DeleteEndOfLine)) {
        event->ignore();
        return true;
    }
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter &&
        !(key->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier | Qt::AltModifier))) {
        send();
        return true;
    }
    if (key->text() == QLatin1String("/") && text().isEmpty()) {
        Q_EMIT promptsRequested(prompts_);
        return true;
    }
    if (key->key() == Qt::Key_Up && text().isEmpty()) {
        Q_EMIT editLastRequested();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

void Composer::dragEnterEvent(QDragEnterEvent* event) {
    if (hasMedia(event->mimeData())) event->acceptProposedAction();
}

void Composer::dropEvent(QDropEvent* event) {
    const QStringList files = mediaFromMime(event->mimeData());
    if (files.isEmpty()) return;
    event->acceptProposedAction();
    Q_EMIT mediaDropped(files);
}

}  // namespace univi::ui
