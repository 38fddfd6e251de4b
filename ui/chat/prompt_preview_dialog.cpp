#include "ui/chat/prompt_preview_dialog.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTextCursor>
#include <QTextEdit>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

using protocol::PromptKind;

constexpr QSize kSize{680, 520};

QString number(int value) {
    return QLocale().toString(value);
}

/// `other`: every second token, so that two beside each other are told apart.
QTextCharFormat formatOf(PromptKind kind, bool other) {
    const Palette& palette = Theme::instance().palette();
    QTextCharFormat format;
    QColor ground = kind == PromptKind::Control  ? palette.warning
                    : kind == PromptKind::Visual ? palette.success
                                                 : palette.accent;
    ground.setAlphaF(kind == PromptKind::Text ? (other ? 0.10F : 0.24F) : 0.34F);
    format.setBackground(ground);
    format.setForeground(palette.text);
    return format;
}

QString textOf(const protocol::PromptPiece& piece) {
    const QString text = QString::fromStdString(piece.text);
    if (piece.kind != PromptKind::Visual) return text;
    if (piece.tokens < 0) return PromptPreviewDialog::tr(" %1: not read yet ").arg(text);
    return PromptPreviewDialog::tr(" %1: %Ln visual token(s) ", nullptr, piece.tokens).arg(text);
}

/// A small square of the colour and what it means.
QWidget* legend(PromptKind kind, const QString& text) {
    auto* label = makeLabel(text, "small");
    auto* square = new QLabel;
    square->setFixedSize(14, 14);
    QColor ground = formatOf(kind, false).background().color();
    square->setStyleSheet(QStringLiteral("background: rgba(%1,%2,%3,%4); border-radius: 3px")
                              .arg(ground.red())
                              .arg(ground.green())
                              .arg(ground.blue())
                              .arg(ground.alpha()));
    return rowWidget({.margins = {0, 0, 0, 0}, .spacing = 6}, {square, label});
}

QString droppedSentence(const protocol::PreviewEvent& preview) {
    return preview.dropped_media > 0
               ? PromptPreviewDialog::tr(
                     "The context is full: the oldest %Ln turn(s) left out with "
                     "their pictures and videos.",
                     nullptr, preview.dropped_turns)
               : PromptPreviewDialog::tr("The context is full: the oldest %Ln turn(s) left out.",
                                         nullptr, preview.dropped_turns);
}

}  // namespace

PromptPreviewDialog::PromptPreviewDialog(EngineClient* engine, const protocol::AskRequest& request,
                                         QWidget* parent)
    : QDialog(parent),
      counts_(makeLabel(tr("Asking the model…"), "small")),
      dropped_(wrapped({}, "small")),
      text_(new QTextEdit) {
    setWindowTitle(tr("Prompt"));
    build();
    connect(engine, &EngineClient::previewed, this,
            [this](qint64 id, const protocol::PreviewEvent& preview) {
                if (id == asked_) show(preview);
            });
    connect(engine, &EngineClient::failed, this,
            [this](qint64 id, const QString&, const QString& message) {
                if (id == asked_) counts_->setText(message);
            });
    asked_ = engine->preview({request});
}

void PromptPreviewDialog::build() {
    text_->setReadOnly(true);
    text_->setAccessibleName(tr("The prompt, token by token"));
    dropped_->hide();
    QPushButton* close = button(tr("Close"), ButtonRole::Primary);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 12},
           {makeLabel(tr("What the model reads"), "title"),
            counts_,
            dropped_,
            {text_, 1},
            row({.spacing = 16},
                {legend(PromptKind::Text, tr("Text")), legend(PromptKind::Control, tr("Control")),
                 legend(PromptKind::Visual, tr("Visual")), Part::stretch(), close})});
    resize(kSize);
}

void PromptPreviewDialog::show(const protocol::PreviewEvent& preview) {
    const int free = std::max(0, preview.capacity - preview.text_tokens - preview.visual_tokens);
    counts_->setText(tr("%1 text  ·  %2 visual  ·  %3 of %4 tokens free")
                         .arg(number(preview.text_tokens), number(preview.visual_tokens),
                              number(free), number(preview.capacity)));
    dropped_->setVisible(preview.dropped_turns > 0);
    if (preview.dropped_turns > 0) dropped_->setText(droppedSentence(preview));
    text_->clear();
    QTextCursor cursor(text_->document());
    cursor.beginEditBlock();
    bool other = false;
    for (const protocol::PromptPiece& piece : preview.pieces) {
        QTextCharFormat format = formatOf(piece.kind, other);
        if (piece.kind != PromptKind::Visual) format.setToolTip(tr("Token %1").arg(piece.id));
        cursor.insertText(textOf(piece), format);
        other = !other;
    }
    cursor.endEditBlock();
    text_->moveCursor(QTextCursor::Start);
}

}  // namespace univi::ui
