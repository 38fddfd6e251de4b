#pragma once

#include <QWidget>

#include "training/options/option_form.h"

class QLabel;
class QToolButton;

namespace univi::ui {

class RunForm;
class ValueEditor;

/// One option of the form: label, editor, help, a mark and a way back when it differs from the default.
class OptionField : public QWidget {
    Q_OBJECT
  public:
    /// Borrows `form`.
    OptionField(RunForm* form, const training::OptionFace& face, QWidget* parent = nullptr);
    QString name() const { return name_; }
    bool isEveryday() const { return everyday_; }
    bool isChanged() const;
    /// Whether label, flag or help have all words of `search`.
    bool matches(const QString& search) const;
    ValueEditor* editor() const { return editor_; }
    void refresh();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    RunForm* form_;
    QString name_, searched_;
    bool everyday_;
    QLabel *label_, *help_;
    ValueEditor* editor_;
    QToolButton* back_;
    QString help_text_;
};

}  // namespace univi::ui
