#pragma once

#include <QVector>
#include <QWidget>

namespace univi::ui {

/// A sparkline under a reply: how much each of its tokens looked at pictures and clips at all,
/// beside the text. The bar under the mouse, or that the arrow keys went to, is the word that is
/// told of. GUI thread.
class AttentionLine : public QWidget {
    Q_OBJECT
  public:
    struct Token {
        int start = 0;    ///< its first character in the reply
        float share = 0;  ///< of its attention, 0 to 1
    };
    explicit AttentionLine(QWidget* parent = nullptr);

    void setTokens(const QVector<Token>& tokens, const QString& reply);
    /// No token looked at anything.
    bool isBlank() const { return most_ <= 0; }
    /// The token at a character of the reply is the one that is told of; -1: none.
    void setCurrent(int position);
    int current() const { return current_; }
    /// "Visual attention: 24 %", or of the token that is told of.
    QString text() const;
    QSize sizeHint() const override;

  Q_SIGNALS:
    /// A token is under the mouse or chosen by the keyboard: its first character; -1: none.
    void tokenPointedAt(int position);
    /// One was clicked, or chosen with the Enter key.
    void tokenChosen(int position);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    int barsWidth() const;
    int tokenAt(int x) const;
    void pointAt(int token);
    void tellOf(int token);
    QString word(int token) const;

    QVector<Token> tokens_;
    QString reply_;
    float mean_ = 0, most_ = 0;
    int current_ = -1;
};

}  // namespace univi::ui
