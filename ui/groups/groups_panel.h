#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/protocol/token_groups.h"

namespace univi::ui {

/// The right side of the Chat page: medium chooser, picture with its groups, strip of frames and
/// events, decision graph. GUI thread. Holds the groups of every medium of the open conversation.
class GroupsPanel : public QWidget {
    Q_OBJECT
  public:
    explicit GroupsPanel(QWidget* parent = nullptr);
    ~GroupsPanel() override;

    /// New or more complete groups of a medium (by TokenGroups::medium); shows it when nothing
    /// else is chosen.
    void setGroups(const protocol::TokenGroups& groups);
    /// A medium that is being read, before its first groups.
    void setProgress(const QString& source, int framesEncoded, int framesTotal);
    /// What a reply token looked at: per medium, per visual token (TokenEvent::attention). Empty:
    /// no glow. `scale`: the largest share of any token of the reply; `word`: the token's text.
    void setAttention(const std::vector<std::vector<float>>& attention, float scale,
                      const QString& word);
    /// Another conversation.
    void clear();
    void showMedium(int medium);

    // What settings and tests set and read.
    void setStage(int stage);  ///< 0, 1, 2
    int stage() const;

  Q_SIGNALS:
    void mediumShown(int medium);

  private:
    void makeParts();
    void arrange();
    void wire();
    void chooseExport();

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::ui
