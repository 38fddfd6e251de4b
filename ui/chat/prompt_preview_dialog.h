#pragma once

#include <QDialog>

#include "core/protocol/engine_protocol.h"

class QLabel;
class QTextEdit;

namespace univi::ui {

class EngineClient;

/// The prompt that the next question makes, as the model reads it: each token on a ground of its
/// own, control tokens and media told apart by colour. Asks the engine when it opens. GUI thread.
class PromptPreviewDialog : public QDialog {
    Q_OBJECT
  public:
    PromptPreviewDialog(EngineClient* engine, const protocol::AskRequest& request,
                        QWidget* parent = nullptr);

    void show(const protocol::PreviewEvent& preview);
    using QDialog::show;

  private:
    void build();

    QLabel *counts_, *dropped_;
    QTextEdit* text_;
    qint64 asked_ = 0;
};

}  // namespace univi::ui
