#pragma once

#include <QCoreApplication>
#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>

namespace univi::ui {

/// A source of a data set as the datasets file has it. Paths are as they are written: relative to
/// the file, with ${NAME}.
struct SourceEntry {
    QString chat_path;
    QList<QPair<QString, QString>> folders;  ///< name and folder
    /// how often an epoch goes through it: its weight, written as that many entries
    int times = 1;
    bool allow_absolute_media = false;  ///< its items may name media by absolute paths
    bool operator==(const SourceEntry&) const = default;
};

struct DataSetEntry {
    QString name;
    QList<SourceEntry> sources;
    bool operator==(const DataSetEntry&) const = default;
};

/// The file of --datasets: name -> list of sources, and what ${NAME} stands for. Reading and
/// writing keep everything.
struct DatasetsFile {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::DatasetsFile)
  public:
    QList<QPair<QString, QString>> paths;  ///< "paths": NAME and folder
    QList<DataSetEntry> sets;

    /// Throws base::Error{File|Format}.
    static DatasetsFile read(const QString& file);
    /// Replaces the file atomically. Throws base::Error{File}.
    void write(const QString& file) const;
    /// What keeps it from being used: a name twice, a source without its list; one sentence,
    /// empty when good.
    QString problem() const;
    QStringList names() const;
    bool operator==(const DatasetsFile&) const = default;
};

}  // namespace univi::ui
