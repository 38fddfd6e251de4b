#pragma once

#include <QWidget>
#include <array>
#include <functional>
#include <memory>

#include "app/desktop/shortcuts.h"
#include "core/protocol/engine_protocol.h"
#include "ui/session/engine_client.h"

class QButtonGroup;
class QStackedWidget;
class QVBoxLayout;

namespace univi::ui {

class AppSettings;
class ChatPage;
class ConversationStore;
class DownloadList;
class EvaluationPage;
class GroupsPanel;
class HistorySearch;
class ModelChooser;
class ModelServer;
class TrainingPage;
struct HandOver;
struct ModelChoice;

/// The one window: a rail of pages at the left, the chosen page at the right. Makes the
/// parts and wires them (wire()); what they do is in the pages. A page but Chat is made when
/// it is first needed.
class MainWindow : public QWidget {
    Q_OBJECT
  public:
    struct Options {
        EngineClient::Options engine;
        protocol::LoadRequest load;  ///< the model to begin with
        QString train_program;       ///< empty: univi-train beside the running executable
        QString cli_program;         ///< empty: univi-cli beside the running executable
        /// Whether what is not shown yet is made in idle moments after the start; else each part
        /// when it is needed.
        bool prepares = false;
        /// Starts the program anew, or says in one sentence why not (app/desktop/restart.h).
        std::function<QString()> restart;
    };
    /// Places of the rail, from above.
    enum Page { Chat, Train, Eval, Models, Settings };

    MainWindow(AppSettings* settings, const Options& options, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Starts the engine and its model.
    void begin();
    ChatPage* chat() const { return chat_; }
    GroupsPanel* groups() const { return groups_; }
    EngineClient* engine() const { return engine_; }
    ConversationStore* store() const { return store_; }
    DownloadList* downloads() const { return downloads_; }
    /// The page, made now if nobody needed it before.
    TrainingPage* training();
    EvaluationPage* evaluation();
    /// Opens the Train page with a run's folder, or a folder of runs.
    void openRun(const QString& folder);
    void showPage(int index);
    int page() const;
    /// Comes to the front and opens what another start of the program was given.
    void takeOver(const HandOver& what);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    static constexpr int kPages = Settings + 1;

    QWidget* buildRail();
    void addPage(QVBoxLayout* rail, const QString& icon, const QString& name);
    QWidget* makePage(Page page);
    QWidget* makeTraining();
    QWidget* makeEvaluation();
    QWidget* makeSettings();
    /// Puts the page into its place unless it stands there already.
    void need(Page page);
    void wire();
    void evaluate(const ModelChoice& model);
    void beginAfterStart();
    void prepare();
    QList<Shortcut> shortcuts();
    QList<Shortcut> pageKeys() const;
    void showKeys();
    /// Its index is kept from one time to the next.
    HistorySearch* historySearch();
    void showPalette();
    void restoreLayout();
    void talkTo(const ModelChoice& model);

    Options options_;
    AppSettings* settings_;
    EngineClient* engine_;
    ConversationStore* store_;
    ModelChooser* chooser_;
    DownloadList* downloads_;
    ModelServer* server_;
    GroupsPanel* groups_;
    ChatPage* chat_ = nullptr;
    TrainingPage* training_ = nullptr;
    EvaluationPage* evaluation_ = nullptr;
    std::unique_ptr<HistorySearch> search_;  ///< made when first needed
    QStackedWidget* pages_;                  ///< a place for each page, filled by need()
    std::array<bool, kPages> made_{};
    std::array<std::unique_ptr<QWidget>, kPages> prepared_;  ///< not in their places yet
    QButtonGroup* rail_buttons_;
};

}  // namespace univi::ui
