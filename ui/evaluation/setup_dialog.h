#pragma once

#include <QDialog>
#include <functional>

#include "ui/evaluation/evaluation_setup.h"

class QComboBox;
class QFileDialog;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace univi::ui {

/// Asks for a new evaluation: task, published files, checkpoints, sampling, judge. Shows the
/// command that does the same without the window.
class SetupDialog : public QDialog {
    Q_OBJECT
  public:
    /// `recent`: checkpoints loaded before, for the list's menu.
    explicit SetupDialog(eval::Task task, const QStringList& recent, QWidget* parent = nullptr);
    EvaluationSetup setup() const;
    /// Fills the form from an earlier setup.
    void setSetup(const EvaluationSetup& setup);
    /// Chooses one checkpoint, which is put together from its parts.
    void setModel(const QString& model, const ModelParts& parts);

    // What tests fill in.
    void setFiles(const QStringList& questions, const QString& media);
    QPushButton* startButton() const { return start_; }

  private:
    void copyCommands();
    void buildFiles(QVBoxLayout* column);
    void buildModel(QVBoxLayout* column, const QStringList& recent);
    void buildJudge(QVBoxLayout* column);
    QListWidget* addList(QFormLayout* form, const QString& label, const QString& add,
                         const std::function<QFileDialog*()>& makeDialog);
    QLineEdit* addFolder(QFormLayout* form, const QString& label, const QString& placeholder);
    void addModel(const QString& model, const ModelParts& parts);
    void showParts();
    void takeParts();
    void update();

    QComboBox *task_ = nullptr, *sampling_ = nullptr, *judge_ = nullptr, *device_ = nullptr,
              *dtype_ = nullptr;
    QListWidget *questions_ = nullptr, *models_ = nullptr;
    QLineEdit *media_ = nullptr, *template_ = nullptr, *address_ = nullptr, *judge_name_ = nullptr,
              *judge_model_ = nullptr, *folder_ = nullptr, *base_ = nullptr, *tower_ = nullptr;
    QFormLayout *judge_form_ = nullptr, *model_form_ = nullptr;
    QHash<QString, ModelParts> parts_;
    QLabel *problem_, *command_, *judge_hint_ = nullptr;
    QPushButton *start_, *copy_;
    QString shown_folder_;
};

}  // namespace univi::ui
