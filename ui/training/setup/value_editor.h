#pragma once

#include <QWidget>

#include "training/options/option_form.h"

namespace univi::ui {

/// Edits one option's text, by its kind: a line, a switch, a list of choices, a path with a button.
class ValueEditor : public QWidget {
    Q_OBJECT
  public:
    using QWidget::QWidget;
    /// Shows `text` without edited().
    virtual void setText(const QString& text) = 0;
    /// Marks the editor as holding something that cannot be used.
    virtual void setWrong(bool) {}
    /// Names to choose from (data sets).
    virtual void setNames(const QStringList&) {}
    /// Opens the dialog that chooses a file or folder; where there is none, only takes the focus.
    virtual void browse() { setFocus(); }

  Q_SIGNALS:
    void edited(const QString& text);
};

/// The editor for an option. `name`: for assistive technology.
ValueEditor* makeValueEditor(const training::OptionFace& face, const QString& name);

}  // namespace univi::ui
