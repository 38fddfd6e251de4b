#pragma once

#include <QFrame>
#include <functional>

#include "ui/training/data/datasets_file.h"

class QCheckBox;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace univi::ui {

/// Edits one source of a data set: its list of conversations, its folders, how often an
/// epoch takes it.
class SourceCard : public QFrame {
    Q_OBJECT
  public:
    /// The file that a path as written means; the folder to begin a search in.
    using Resolve = std::function<QString(const QString& text)>;
    SourceCard(const SourceEntry& source, Resolve resolve, bool read_only,
               QWidget* parent = nullptr);
    SourceEntry source() const;

  Q_SIGNALS:
    void edited();
    void removeRequested();

  private:
    struct FolderRow {
        QWidget* widget;
        QLineEdit *name, *folder;
    };
    QWidget* buildConversations(const QString& path);
    void buildWeight(int times);
    QLayout* buildButtons();
    QLineEdit* makePathEdit(const QString& text, bool is_file, QWidget* line);
    void addFolder(const QString& name, const QString& folder);
    void mark(QLineEdit* edit, bool is_file);
    Resolve resolve_;
    bool read_only_;
    QLineEdit* chat_;
    QSpinBox* times_;
    QCheckBox* absolute_;
    QVBoxLayout* rows_;
    QList<FolderRow> folders_;
};

}  // namespace univi::ui
