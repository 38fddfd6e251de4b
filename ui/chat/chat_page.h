#pragma once

#include <QPointer>
#include <QWidget>
#include <functional>

#include "ui/chat/conversation_model.h"
#include "ui/media/samples.h"

class QStackedWidget;

namespace univi::ui {

class ChatColumns;
class ChatHeader;
class ChatNotices;
class ChatProblems;
class ChatSettingsActions;
class ChatView;
class Composer;
class ContextEstimator;
class ContextMeter;
class ConversationExporter;
class ConversationListView;
class ConversationReader;
class ConversationShelf;
class ConversationStore;
class DraftKeeper;
class EmptyState;
class EngineClient;
class EngineNotices;
class GroupsFeed;
class LiveActions;
class LiveBar;
class MediaActions;
class NoticeBar;
class PromptPicker;
class Thumbnails;

/// The Chat page: conversations at the left, the open one in the middle, a side panel at the
/// right that is fed by signals (the groups). GUI thread; everything it does to the model
/// goes through ConversationModel.
class ChatPage : public QWidget {
    Q_OBJECT
  public:
    struct Parts {
        EngineClient* engine = nullptr;
        ConversationStore* store = nullptr;
        ConversationModel::OptionsSource options;
        QString notice;  ///< said at the start, unless there is something more urgent
        QList<Sample> samples;
        QWidget* model_button = nullptr;  ///< stands at the left of the header
        QWidget* side_panel = nullptr;    ///< stands at the right, shown when there are media
        QString cli{};                    ///< another univi-cli than the one beside this program
    };
    explicit ChatPage(const Parts& parts, QWidget* parent = nullptr);

    void newChat();
    /// Opens a stored conversation, a long one some moments later; then `then` is called. Opening
    /// another before that takes its place.
    void openConversation(const QString& id, const std::function<void()>& then = {});
    void showTurn(qint64 turn);
    /// A new chat with these media; a question that is not empty is asked at once.
    void startChat(const QStringList& files, const QString& question);
    void addMedia(const QStringList& files);
    void chooseMedia();
    void openAddress();
    void stop();
    void copyLastReply();
    void redoLast();
    void exportCurrent();
    /// Asks for a file that was exported as JSON.
    void importConversation();
    void focusSearch();
    void focusComposer();
    /// One sentence above the conversation, to be dismissed.
    void warn(const QString& sentence);
    /// Writes what is typed and not sent.
    void keepDraft();

    ConversationModel* model() const;
    ChatView* view() const { return view_; }
    GroupsFeed* feed() const { return feed_; }
    LiveActions* live() const { return live_; }
    Composer* composer() const { return composer_; }
    ContextMeter* contextMeter() const { return meter_; }
    ConversationListView* list() const { return list_; }
    NoticeBar* notice() const { return notice_; }
    Thumbnails* thumbnails() const { return thumbnails_; }

    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray& state);

  Q_SIGNALS:
    void groupsChanged(const univi::protocol::TokenGroups& groups);
    /// Another conversation or other media: show these and nothing else.
    void groupsReset(const QList<univi::protocol::TokenGroups>& groups);
    void mediumProgressed(const QString& medium, int framesEncoded, int framesTotal);
    void mediumChosen(int medium);
    void openModelRequested();
    void demoModelRequested();

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* buildMiddle(QWidget* model_button);
    void makeHelpers(const Parts& parts);
    void wireList();
    void wireComposer();
    void wireMiddle();
    void wireEngine();
    void show(ConversationModel* model);
    void wireModel(ConversationModel* model);
    void ask(const QString& question);
    void takeBack(int turn);
    void updateMiddle();
    void updateStatus();
    void updateSidePanel();
    void onEngineState();

    EngineClient* engine_;
    ConversationStore* store_;
    Thumbnails* thumbnails_;
    ConversationShelf* shelf_;
    ConversationReader* reader_;
    ChatNotices* notices_ = nullptr;
    ChatProblems* problems_ = nullptr;
    EngineNotices* engine_notices_ = nullptr;
    MediaActions* media_ = nullptr;
    LiveActions* live_ = nullptr;
    LiveBar* live_bar_ = nullptr;
    ChatSettingsActions* settings_ = nullptr;
    ConversationExporter* exporter_ = nullptr;
    DraftKeeper* drafts_ = nullptr;
    ContextMeter* meter_ = nullptr;
    ContextEstimator* estimator_ = nullptr;
    GroupsFeed* feed_ = nullptr;
    PromptPicker* prompts_ = nullptr;
    ConversationListView* list_;
    QWidget* middle_ = nullptr;
    ChatHeader* header_ = nullptr;
    NoticeBar* notice_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    EmptyState* empty_;
    ChatView* view_;
    Composer* composer_;
    ChatColumns* columns_ = nullptr;
    QPointer<ConversationModel> shown_;
};

}  // namespace univi::ui
