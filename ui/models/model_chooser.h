#pragma once

#include <QObject>
#include <QStringList>

#include "core/protocol/engine_protocol.h"

class QWidget;

namespace univi::ui {

class AppSettings;
class EngineClient;

/// What can be done about models, for the header's menu and the Models page alike: load a folder,
/// one of the recent ones or the demo, and remember what was loaded. GUI thread.
class ModelChooser : public QObject {
    Q_OBJECT
  public:
    /// `start`: what to load first (settings with the command line over them).
    ModelChooser(EngineClient* engine, AppSettings* settings, const protocol::LoadRequest& start,
                 QObject* parent = nullptr);

    EngineClient* engine() const { return engine_; }
    const protocol::LoadRequest& request() const { return request_; }
    /// Models that were loaded, newest first, each once and without the demo model.
    QStringList recent() const;

    void loadFirst();
    void loadFolder(const QString& folder);
    void loadDemo();
    /// Loads with other settings.
    void load(const protocol::LoadRequest& request);
    void openDialog(QWidget* parent);
    /// Frees the model's memory until the next question; said to be `refused` while it is at work.
    void unload();

  Q_SIGNALS:
    void recentChanged();
    /// What was chosen is no model, or could not be loaded; the model before goes on.
    void refused(const QString& sentence);

  private:
    void remember();
    EngineClient* engine_;
    AppSettings* settings_;
    protocol::LoadRequest request_;
    bool chosen_here_ = false;  ///< not by the command line, which holds for one start only
    bool loaded_was_chosen_here_ = false;
};

/// "46.1 M parameters", "1.1 GB".
QString countText(qint64 count);
QString bytesText(qint64 bytes);

}  // namespace univi::ui
