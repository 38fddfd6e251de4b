#pragma once

#include <QDialog>

#include "ui/session/engine_client.h"
#include "ui/training/runs/run_use.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace univi::ui {

class ModelAsker;
class NoticeBar;
class Thumbnails;

/// Asks a checkpoint and then its base the same question about the same picture. Shows the replies
/// side by side.
class SideBySide : public QDialog {
    Q_OBJECT
  public:
    struct Side {
        QString name;
        ModelChoice model;
    };
    SideBySide(EngineClient::Options engine, const Side& left, const Side& right,
               const QString& conversation_template, QWidget* parent = nullptr);
    ~SideBySide() override;

    void setMedium(const QString& file);
    void setQuestion(const QString& question);
    void ask();
    bool isAsking() const;
    QString reply(int side) const;

  private:
    QWidget* buildSide(int side);
    QLayout* buildQuestion();
    void wire();
    void askSide(int side);
    void showMedium();

    Side sides_[2];
    QString template_, medium_;
    ModelAsker* asker_;
    QLabel *picture_, *replies_[2], *status_[2];
    QLineEdit* question_;
    QComboBox* device_;
    QPushButton* ask_;
    NoticeBar* notice_;
    Thumbnails* thumbnails_;
    int asked_ = -1;
};

}  // namespace univi::ui
