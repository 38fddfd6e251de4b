#pragma once

#include <QToolButton>

#include "core/protocol/engine_protocol.h"

class QSpinBox;

namespace univi::ui {

/// Says which attention glows, and opens a small sheet to choose it: the mean, or that of one of
/// the decoder's layers or heads. GUI thread.
class AttentionChoiceButton : public QToolButton {
    Q_OBJECT
  public:
    explicit AttentionChoiceButton(QWidget* parent = nullptr);
    /// The decoder's layers and heads; 0: not known. A choice that they do not have becomes the
    /// mean.
    void setShape(int layers, int heads);
    bool hasShape() const;
    protocol::AttentionChoice choice() const;

  Q_SIGNALS:
    void chosen(const univi::protocol::AttentionChoice& choice);

  private:
    void onChanged();
    void refresh();

    QSpinBox *layer_, *head_;
    protocol::AttentionChoice told_;
};

/// "mean", "layer 3", "head 5", "layer 3, head 5": of what is counted from 1.
QString attentionName(const protocol::AttentionChoice& choice);

}  // namespace univi::ui
