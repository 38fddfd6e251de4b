#pragma once

#include <QAbstractListModel>
#include <QWidget>

#include "ui/training/runs/run_data.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;

namespace univi::ui {

/// The lines that pass rank, level and search; from all lines, which belong to the feed.
class LogModel : public QAbstractListModel {
    Q_OBJECT
  public:
    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /// `lines` stays the caller's; `first`: from there on they are new (0: all).
    void setLines(const QList<LogLine>* lines, qsizetype first);
    /// rank -2: all, -1: the launcher. Level and above. `words` anywhere in the text.
    void setFilter(int rank, LogLine::Level level, const QString& words);
    /// Row of the first error; -1 for none.
    int firstError() const;
    /// Row of the first line with that text; -1 for none.
    int rowWith(const QString& text) const;
    QList<int> ranks() const;

  private:
    bool passes(const LogLine& line) const;
    const QList<LogLine>* lines_ = nullptr;
    QList<qsizetype> rows_;
    qsizetype seen_ = 0;
    int rank_ = -2;
    LogLine::Level level_ = LogLine::Level::Debug;
    QString words_;
};

/// The log of a run: by rank and level, with search; the first error stands on top of it.
class LogView : public QWidget {
    Q_OBJECT
  public:
    explicit LogView(QWidget* parent = nullptr);
    void setLines(const QList<LogLine>* lines, qsizetype first);
    /// Scrolls to the line with this piece of text (all filters off), else to the first error.
    void showLine(const QString& text);
    void focusSearch();
    LogModel* model() const { return model_; }
    int currentRow() const;

  private:
    QWidget* buildTools();
    void applyFilter();
    void showFirstError();
    void copyChosen();

    LogModel* model_;
    QListView* list_;
    QComboBox *rank_, *level_;
    QLineEdit* search_;
    QLabel *first_error_, *nothing_;
    bool follows_ = true;
};

}  // namespace univi::ui
