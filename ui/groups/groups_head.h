#pragma once

#include <QWidget>

#include "core/protocol/engine_protocol.h"
#include "ui/groups/group_selection.h"

class QComboBox;
class QLineEdit;
class QToolButton;

namespace univi::ui {

class AttentionChoiceButton;
class GroupsToolbar;
class ViewButton;

/// What stands above the picture of the groups panel: the medium, which attention glows, how and
/// which groups are shown, and a field that finds things. It takes as little room as there is.
/// GUI thread.
class GroupsHead : public QWidget {
    Q_OBJECT
  public:
    explicit GroupsHead(GroupSelection* selection, QWidget* parent = nullptr);

    void addMedium(const QString& name, int medium);
    void showMedium(int medium);
    void clearMedia();
    /// Unless somebody is typing there.
    void clearSearch();
    /// The decoder's layers and heads; 0: not known.
    void setModelShape(int layers, int heads);
    /// Somebody answers searched().
    void setSearchable();
    /// There is little height: the search field opens on demand.
    void setLow(bool low);
    /// What is looked for; empty: nothing.
    QString phrase() const;
    /// Asks for the second picture, or for it to go.
    void setCompares(bool wanted);

  Q_SIGNALS:
    void mediumChosen(int medium);
    void attentionChosen(const univi::protocol::AttentionChoice& choice);
    /// phrase() was entered or taken away.
    void searched();
    void exportRequested();
    void compareToggled(bool wanted);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void wire();
    void refresh();

    GroupSelection* selection_;
    QComboBox* medium_;
    AttentionChoiceButton* choice_;
    ViewButton* view_;
    QToolButton *find_, *save_;
    GroupsToolbar* toolbar_;
    QLineEdit* search_;
    bool is_searchable_ = false, is_low_ = false, is_narrow_ = false;
};

}  // namespace univi::ui
