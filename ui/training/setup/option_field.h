#pragma once

#include <QList>
#include <QWidget>
#include <optional>

#include "training/options/option_form.h"
#include "ui/training/setup/run_checks.h"

class QGridLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace univi::ui {

class RunForm;
class ValueEditor;
class WrapLabel;

/// One option of the form: label, editor, help, a mark and a way back when it differs from the
/// default. What is wrong with it stands under it, with the button that puts it right. The label
/// stands beside the editor, above it where there is little width.
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
    /// The worst of what the checks say about this option; nothing when they are content.
    void setCheck(const std::optional<RunCheck>& check);
    /// Whether the run cannot start because of it.
    bool isWrong() const;
    /// The sentence under the editor: what is wrong, else the help.
    QString note() const;

  Q_SIGNALS:
    void fixWanted(const univi::ui::RunCheck& check);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void dress();
    void wire();
    void place(bool beside);
    void showNote();
    QList<QWidget*> parts() const;

    RunForm* form_;
    QString name_, searched_;
    bool everyday_;
    bool beside_ = true;
    QGridLayout* grid_;
    QLabel* label_;
    WrapLabel* note_;
    QPushButton* fix_;
    ValueEditor* editor_;
    QToolButton* back_;
    QString help_text_;
    std::optional<RunCheck> check_;
};

}  // namespace univi::ui
