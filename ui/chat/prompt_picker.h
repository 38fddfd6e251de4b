#pragma once

#include <QDialog>
#include <QObject>

#include "ui/chat/prompt_library.h"

class QLabel;
class QListWidget;
class QMenu;
class QPushButton;

namespace univi::ui {

/// Offers the prompts of the library in a menu beside the composer. GUI thread.
class PromptPicker : public QObject {
    Q_OBJECT
  public:
    explicit PromptPicker(QWidget* page);

    /// `typed`: what may be kept as a prompt. The menu deletes itself.
    QMenu* open(QWidget* beside, const QString& typed);
    /// A dialog in which the own prompts are changed.
    void edit();
    const PromptLibrary& library() const { return library_; }

  Q_SIGNALS:
    void chosen(const QString& prompt);
    /// One sentence.
    void problem(const QString& sentence);

  private:
    void keep(const QStringList& prompts);
    QWidget* page_;
    PromptLibrary library_;
};

/// The own prompts, a line each: changed in place, added, deleted.
class PromptDialog : public QDialog {
    Q_OBJECT
  public:
    PromptDialog(const QStringList& prompts, QWidget* parent);
    QStringList prompts() const;

  private:
    void add(const QString& prompt);
    void refresh();
    QListWidget* list_;
    QLabel* empty_;  ///< where there is none
    QPushButton* less_;
};

}  // namespace univi::ui
