#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <optional>

#include "ui/widgets/notice_bar.h"

namespace univi::ui {

/// What is said above a conversation, one sentence at a time. Each stays with the conversation that
/// it is about, until it is dismissed there or another one takes its place. What is about the whole
/// program has an empty id and stands wherever the conversation has nothing of its own to say. What
/// is about the model process holds as long as it is true and cannot be dismissed: an error stands
/// before everything that was said earlier, anything else where there is nothing else to say.
class ChatNotices : public QObject {
    Q_OBJECT
  public:
    struct Action {
        QString text;
        std::function<void()> run;  ///< a notice that can be dismissed goes before it
    };

    explicit ChatNotices(NoticeBar* bar);

    void show(const QString& conversation, NoticeBar::Kind kind, const QString& sentence,
              const QList<Action>& actions = {});
    /// Says that something is done; it goes by itself (NoticeBar::letPass).
    void showPassing(const QString& conversation, const QString& sentence,
                     const QList<Action>& actions = {});
    void clear(const QString& conversation);
    void showEngine(NoticeBar::Kind kind, const QString& sentence,
                    const QList<Action>& actions = {});
    void clearEngine();
    /// Another conversation is open now.
    void setCurrent(const QString& conversation);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Notice {
        NoticeBar::Kind kind = NoticeBar::Kind::Info;
        QString sentence;
        QList<Action> actions;
        int serial = 0;       ///< later ones have greater ones
        bool passes = false;  ///< goes by itself
    };
    QString shownKey() const;
    bool engineIsShown() const;
    void showInBar(const Notice& notice, bool isEngine);
    void update();

    NoticeBar* bar_;
    QHash<QString, Notice> notices_;
    std::optional<Notice> engine_;
    QString current_;
    int serial_ = 0;
    bool updating_ = false;
};

}  // namespace univi::ui
