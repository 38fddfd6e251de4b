#pragma once

#include <QList>
#include <QObject>
#include <QPointer>

class QWidget;

namespace univi::ui {

/// Keeps the keyboard inside a page. When the focused widget of the page is hidden, disabled or
/// deleted, Qt hands the focus to the next widget of the whole window, often a button of another
/// part; this gives it to the first of the page's successors that can take it, or else to the
/// page's next tab stop. Of two keepers, the one of the inner page decides. It is owned by the
/// page. GUI thread.
class FocusKeeper : public QObject {
    Q_OBJECT
  public:
    explicit FocusKeeper(QWidget* page, const QList<QWidget*>& successors = {});

    /// Tried in this order; those that are hidden, disabled or deleted by then are passed over.
    void setSuccessors(const QList<QWidget*>& successors);

  private:
    void onFocusChanged(QWidget* old, QWidget* now);
    bool inPage(const QWidget* widget) const;
    bool decidesFor(const QWidget* widget) const;
    QWidget* successor() const;
    void handOver();

    QWidget* page_;
    QList<QPointer<QWidget>> successors_;
    QPointer<QWidget> last_;  ///< of the page, focused last
    bool holds_ = false;      ///< the window's last focus was inside the page
};

}  // namespace univi::ui
