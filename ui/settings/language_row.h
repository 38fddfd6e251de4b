#pragma once

#include <QObject>

#include "ui/text/language.h"

class QComboBox;
class QFormLayout;
class QLabel;

namespace univi::ui {

class AppSettings;

/// What the window speaks: a choice, and below it, as soon as another language is chosen than the
/// window was made in, a button that starts the program anew. GUI thread.
class LanguageRow : public QObject {
    Q_OBJECT
  public:
    LanguageRow(AppSettings* settings, QFormLayout* form, QObject* parent);
    /// Says why the program cannot be started anew now.
    void refuseRestart(const QString& sentence);

  Q_SIGNALS:
    void restartRequested();

  private:
    void choose();

    AppSettings* settings_;
    QFormLayout* form_;
    Language spoken_;  ///< since the start
    QComboBox* choice_;
    QLabel* note_;
    QWidget* offer_;
};

}  // namespace univi::ui
