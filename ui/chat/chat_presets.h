#pragma once

#include <QList>
#include <QString>
#include <optional>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

/// Ways to make replies that have a name: system text, template, sampling, seed. Kept in
/// presets.json of the configuration folder. GUI thread.
class ChatPresets {
  public:
    struct Preset {
        QString name;
        protocol::GenerationOptions options;
    };
    /// `file` empty: presets.json of the configuration folder.
    explicit ChatPresets(const QString& file = {});

    /// By name, in the person's order of letters.
    const QList<Preset>& all() const { return presets_; }
    std::optional<protocol::GenerationOptions> find(const QString& name) const;
    /// In place of one of that name. Returns one sentence where it could not be written, else
    /// nothing.
    QString save(const QString& name, const protocol::GenerationOptions& options);
    QString remove(const QString& name);

  private:
    QString write();

    QString file_;
    QList<Preset> presets_;
};

}  // namespace univi::ui
