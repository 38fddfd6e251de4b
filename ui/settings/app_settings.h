#pragma once

#include <QObject>
#include <QSettings>
#include <QStringList>
#include <optional>

#include "core/protocol/engine_protocol.h"
#include "ui/text/language.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

/// The server for other programs, as Settings has it.
struct ServerSettings {
    bool is_on = false;
    int port = 8080;
    bool is_open = false;  ///< other machines may connect
    QStringList folders;   ///< whose media requests may name
    bool operator==(const ServerSettings&) const = default;
};

/// What the program remembers between starts, in settings.ini of the configuration folder.
/// Earlier versions kept that file in the data folder: it is taken over once. Values from the
/// file are clamped to their ranges. Where nothing can be written the settings last as long as
/// the program. GUI thread.
class AppSettings : public QObject {
    Q_OBJECT
  public:
    /// `file` empty: the configuration folder's settings.ini.
    explicit AppSettings(const QString& file = {}, QObject* parent = nullptr);

    /// One sentence when the settings will not be kept, else empty.
    QString notice() const;

    /// What a person set; the rest is left to the model.
    protocol::GenerationOptions generation() const;
    void setGeneration(const protocol::GenerationOptions& options);

    /// The model to load at start and how.
    protocol::LoadRequest model() const;
    void setModel(const protocol::LoadRequest& request);
    /// Model folders that were loaded, newest first, at most eight.
    QStringList recentModels() const;
    void addRecentModel(const QString& folder);

    /// Whether media are kept on disk for later starts, and how much of them at most.
    bool keepsMedia() const;
    int mediaLimitGigabytes() const;
    void setKeptMedia(bool keep, int limitGigabytes);
    /// The same in bytes; 0: nothing is kept.
    qint64 tokenLimit() const;

    /// Whether nothing may be fetched from the network.
    bool isOffline() const;
    void setOffline(bool offline);
    /// Folders whose models the Models page lists.
    QStringList modelFolders() const;
    void setModelFolders(const QStringList& folders);
    /// After how many minutes without a question the model is unloaded; 0: never.
    int idleMinutes() const;
    void setIdleMinutes(int minutes);
    /// Whether the desktop is told when long work ends.
    bool notifies() const;
    void setNotifies(bool notifies);
    ServerSettings server() const;
    void setServer(const ServerSettings& server);
    /// The keys that a person gave to a command; nothing where they are the program's own. An empty
    /// text means that the command has no keys.
    std::optional<QString> key(const QString& command) const;
    void setKey(const QString& command, const std::optional<QString>& keys);

    Theme::Mode themeMode() const;
    void setThemeMode(Theme::Mode mode);
    /// What the window speaks from the next start on.
    Language language() const;
    void setLanguage(Language language);

    QByteArray layout(const QString& name) const;
    void setLayout(const QString& name, const QByteArray& state);

    QString fileName() const { return settings_.fileName(); }

  Q_SIGNALS:
    void recentModelsChanged();
    void tokenLimitChanged(qint64 bytes);
    void offlineChanged(bool offline);
    void modelFoldersChanged();
    void idleMinutesChanged(int minutes);
    void serverChanged();
    void keysChanged();

  private:
    void dropOldDefaults();

    QSettings settings_;
};

/// "system", "light" or "dark"; nothing for another word.
std::optional<Theme::Mode> themeModeFrom(const QString& name);
QString toString(Theme::Mode mode);

}  // namespace univi::ui
