#pragma once

#include <QObject>

class QCheckBox;
class QFormLayout;
class QLineEdit;
class QPushButton;

namespace univi::ui {

class AppSettings;
class WrapLabel;

/// The rows of Settings about the Hugging Face hub: staying offline, and the token for private
/// models. The token lies in the hub's own file, which its owner alone may read and which other
/// programs of the hub share; it never stands in this program's settings. GUI thread.
class HubRows : public QObject {
    Q_OBJECT
  public:
    HubRows(AppSettings* settings, QFormLayout* form, QObject* parent);
    /// Looks at the token anew.
    void refresh();

  private:
    void addToken(QFormLayout* form);
    void keepToken();
    void say(const QString& sentence);

    AppSettings* settings_;
    QCheckBox* offline_;
    QLineEdit* token_;
    QPushButton* keep_;
    WrapLabel* meaning_ = nullptr;
};

}  // namespace univi::ui
