#pragma once

#include <QWidget>

#include "core/protocol/engine_protocol.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace univi::ui {

class AppSettings;
class HubRows;
class KeptMedia;
class LanguageRow;

/// How the program looks and how replies are made. Every change holds at once; the next
/// question uses it.
class SettingsPage : public QWidget {
    Q_OBJECT
  public:
    explicit SettingsPage(AppSettings* settings, QWidget* parent = nullptr);
    /// Templates that the loaded model's engine knows.
    void setTemplates(const QStringList& names);
    /// What the loaded model wants where nothing is set.
    void setModelDefaults(const protocol::GenerationDefaults& own);
    /// Adds a card of another part of the window, below the page's own.
    QFormLayout* addCard(const QString& heading);
    /// Says why restartRequested() was not followed.
    void refuseRestart(const QString& sentence);

  Q_SIGNALS:
    /// What was kept of pictures and videos was removed, frames that are shown too.
    void mediaCleared();
    /// The program is to be started anew, for another language.
    void restartRequested();

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildAppearance(QVBoxLayout* column);
    void buildReplies(QVBoxLayout* column);
    void addSampling(QFormLayout* form);
    void addPrompt(QFormLayout* form);
    void addWhenFull(QFormLayout* form);
    void buildMedia(QVBoxLayout* column);
    void buildKeptMedia(QVBoxLayout* column);
    void buildData(QVBoxLayout* column);
    QDoubleSpinBox* addReal(QFormLayout* form, const QString& label, const QString& hint,
                            double low, double high, double step);
    QSpinBox* addWhole(QFormLayout* form, const QString& label, const QString& hint, int low,
                       int high);
    void showValues();
    void storeValues();
    void showModelDefaults();
    void useModelDefaults();

    AppSettings* settings_;
    KeptMedia* kept_media_;
    LanguageRow* language_ = nullptr;
    HubRows* hub_;
    QVBoxLayout* more_;  ///< cards of other parts
    QComboBox *theme_, *template_, *when_full_;
    QPlainTextEdit* system_;
    QDoubleSpinBox *temperature_, *top_p_, *penalty_;
    QSpinBox *top_k_, *max_tokens_, *seed_, *max_frames_;
    QLabel* own_text_;
    QPushButton* use_own_;
    protocol::GenerationDefaults own_;
    bool filling_ = false;
};

}  // namespace univi::ui
