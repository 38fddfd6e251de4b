#pragma once

#include <QWidget>
#include <optional>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

/// One line under the composer: how much of the model's context the next question would take, as a
/// bar and in words: text, visual tokens, what is left for the reply; or by how much it is too
/// long and what can be done. Empty, it keeps its place.
class ContextMeter : public QWidget {
    Q_OBJECT
  public:
    explicit ContextMeter(QWidget* parent = nullptr);

    void setEstimate(const std::optional<protocol::EstimateEvent>& estimate);
    /// What the line says; empty when it says nothing.
    QString sentence() const;
    bool isTooLong() const;

    QSize sizeHint() const override;

  Q_SIGNALS:
    /// Clicked, or Enter on it: the prompt is wanted token by token.
    void previewRequested();

  protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    std::optional<protocol::EstimateEvent> estimate_;
    QString sentence_;
};

/// Visual tokens that are known.
int visualTokens(const protocol::EstimateEvent& estimate);

}  // namespace univi::ui
