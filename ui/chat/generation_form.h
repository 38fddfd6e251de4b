#pragma once

#include <QWidget>

#include "core/protocol/engine_protocol.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QPlainTextEdit;
class QSpinBox;

namespace univi::ui {

/// The fields of how replies are made. What is left at "Model's own" is the loaded model's.
class GenerationForm : public QWidget {
    Q_OBJECT
  public:
    /// `templates`: names that the model knows.
    explicit GenerationForm(const QStringList& templates, QWidget* parent = nullptr);

    void setOptions(const protocol::GenerationOptions& options);
    protocol::GenerationOptions options() const;

  Q_SIGNALS:
    void changed();

  private:
    void build();
    void wire();

    QComboBox *template_, *when_full_;
    QPlainTextEdit* system_;
    QDoubleSpinBox *temperature_, *top_p_, *repetition_;
    QSpinBox *top_k_, *longest_, *seed_, *frames_;
};

}  // namespace univi::ui
