#pragma once

#include <QDialog>
#include <QList>
#include <QPointer>
#include <functional>

#include "ui/chat/conversation.h"
#include "ui/chat/history_search.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace univi::ui {

class ConversationStore;

/// One field for everything (Ctrl+K): conversations by title, what was said in them, commands with
/// their keys, models. Arrows choose, Enter goes there, Esc leaves. It lies over its parent and
/// needs no window of its own. GUI thread; what was said is searched on another one.
class CommandPalette : public QDialog {
    Q_OBJECT
  public:
    struct Command {
        QString text;
        QString note;  ///< its key, or what kind of thing it is
        std::function<void()> run;
    };
    /// `search` outlives it; without one only titles are searched.
    CommandPalette(ConversationStore* store, HistorySearch* search, const QList<Command>& commands,
                   QWidget* parent);

    /// What a row says, and what stands at its right.
    int count() const;
    QString textAt(int row) const;
    QString noteAt(int row) const;

    void done(int result) override;

  Q_SIGNALS:
    void conversationChosen(const QString& id);
    void turnChosen(const QString& conversation, qint64 turn);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void refresh();
    void leaveWithFocus(QWidget* before, QWidget* now);
    void showWhetherEmpty();
    void fitHeight();
    void addHits(const QString& words, const QList<TurnHit>& hits);
    QListWidgetItem* add(const QString& text, const QString& note, std::function<void()> run);
    void choose(QListWidgetItem* item);

    QList<Command> commands_;
    QList<ConversationInfo> conversations_;
    QList<std::function<void()>> runs_;  ///< of the rows
    HistorySearch* search_;
    QLineEdit* field_;
    QListWidget* list_;
    QLabel* nothing_;           ///< in the place of an empty list
    QPointer<QWidget> before_;  ///< what had the keyboard
    bool leaving_ = false;
};

}  // namespace univi::ui
