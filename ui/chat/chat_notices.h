#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>

#include "ui/widgets/notice_bar.h"

namespace univi::ui {

/// What is said above a conversation: each sentence stays with the conversation that it is about,
/// until it is dismissed there or another one takes its place. What is about the whole program has
/// an empty id and stands wherever the conversation has nothing of its own to say.
class ChatNotices : public QObject {
    Q_OBJECT
  public:
    struct Action {
        QString text;
        std::function<void()> run;  ///< the notice goes before it
    };

    explicit ChatNotices(NoticeBar* bar);

    void show(const QString& conversation, NoticeBar::Kind kind, const QString& sentence,
              const QList<Action>& actions = {});
    void clear(const QString& conversation);
    /// Another conversation is open now.
    void setCurrent(const QString& conversation);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Notice {
        NoticeBar::Kind kind = NoticeBar::Kind::Info;
        QString sentence;
        QList<Action> actions;
    };
    QString shownKey() const;
    void update();

    NoticeBar* bar_;
    QHash<QString, Notice> notices_;
    QString current_;
    bool updating_ = false;
};

}  // namespace univi::ui
