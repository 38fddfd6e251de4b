#include "ui/chat/question_editor.h"

#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/build.h"
#include "ui/widgets/own_escape.h"

namespace univi::ui {

QuestionEditor::QuestionEditor(QWidget* parent)
    : QFrame(parent),
      editor_(new QPlainTextEdit),
      ask_(button(tr("Ask again"), ButtonRole::Primary)) {
    setObjectName(QStringLiteral("composer"));
    editor_->setAccessibleName(tr("Edited question"));
    editor_->setTabChangesFocus(true);
    editor_->installEventFilter(this);
    QPushButton* cancel = button(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, &QuestionEditor::cancelled);
    connect(ask_, &QPushButton::clicked, this, &QuestionEditor::submit);
    column(this, {.margins = {12, 12, 12, 12}},
           {editor_, row({}, {Part::stretch(), cancel, ask_})});
}

void QuestionEditor::begin(const QString& question) {
    editor_->setPlainText(question);
    editor_->moveCursor(QTextCursor::End);
    show();
    editor_->setFocus();
}

void QuestionEditor::setBusy(bool busy) {
    busy_ = busy;
    ask_->setEnabled(!busy);
    ask_->setToolTip(busy ? tr("A reply is being made; stop it or wait for it") : QString());
}

void QuestionEditor::submit() {
    if (!busy_) Q_EMIT submitted(editor_->toPlainText());
}

bool QuestionEditor::eventFilter(QObject* watched, QEvent* event) {
    if (takesEscape(event)) return true;
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && !(key->modifiers() & Qt::ShiftModifier)) {
        submit();
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        Q_EMIT cancelled();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

}  // namespace univi::ui
