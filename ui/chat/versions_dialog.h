#pragma once

#include <QDialog>
#include <QList>

#include "ui/chat/conversation.h"

class QComboBox;
class QLabel;

namespace univi::ui {

/// Two versions of a turn beside each other: replies of two models, seeds or wordings of the
/// question, with the words in bold that only one of them has. GUI thread.
class VersionsDialog : public QDialog {
    Q_OBJECT
  public:
    /// `versions`: two or more, oldest first; `shown`: the place of the one that is shown, which
    /// stands at the right of the one before it.
    VersionsDialog(QList<Turn> versions, int shown, QWidget* parent = nullptr);

  private:
    struct Side {
        QComboBox* version = nullptr;
        QLabel *question = nullptr, *reply = nullptr, *figures = nullptr;
    };

    Side makeSide(const QString& name, int version);
    QWidget* columnOf(const Side& side) const;
    const Turn& turnOf(const Side& side) const;
    void refresh();
    void fill(const Side& side, const Turn& other) const;

    QList<Turn> versions_;
    Side left_, right_;
};

/// Opens it for the shown turn at `index`, which has more than one version.
void openVersions(const Conversation& conversation, int index, QWidget* parent);

}  // namespace univi::ui
