#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <memory>

#include "core/base/temporary_folder.h"
#include "training/options/options.h"
#include "ui/training/tool/train_child.h"

namespace univi::ui {

/// What `univi-train --check-data` found, read from its data_report.json.
struct DataFindings {
    struct Finding {
        QString problem;   ///< key: "missing_medium", …
        qint64 item = -1;  ///< index into the data set
        QString file;      ///< of the list
        qint64 line = 0;   ///< 0: not known
        QString why;
        bool held_out = false;  ///< in the held-out data set, which `item` counts in
    };
    struct Source {
        QString chat_path;
        qint64 items = 0, items_with_faults = 0;
    };
    qint64 items = 0, text_only = 0, with_pictures = 0, with_video = 0, pictures = 0, frames = 0;
    qint64 tokens = 0, trained_tokens = 0, repeated_items = 0;
    qint64 shortest = 0, median = 0, percentile95 = 0, longest = 0, bucket = 128;
    QList<qint64> histogram;               ///< items of each `bucket` tokens
    QList<QPair<QString, qint64>> counts;  ///< problem key and items, those with any
    QList<Source> sources;
    QList<Finding> findings;
    bool has_faults = false;
    QString sampling;                  ///< what of the media was looked at
    QString nothing_to_learn;          ///< why a run on this data is refused; empty: it is not
    QHash<QString, QString> remedies;  ///< problem key and what to do about it
    qint64 chat_roles = 0, chat_keys = 0, system = 0;  ///< items in another form, read all the same

    /// Of the held-out data set; null: none was checked. Its findings are marked so.
    std::shared_ptr<const DataFindings> held_out;
    /// Both together, the held-out set's findings behind.
    QList<Finding> allFindings() const;
    QList<QPair<QString, qint64>> allCounts() const;
    qint64 allItems() const { return items + (held_out ? held_out->items : 0); }
    qint64 allItemsWithFaults() const;

    /// Throws base::Error{Format} for anything but a report.
    static DataFindings fromJson(const QByteArray& json);
};

/// A problem's key as a person reads it: "picture or video missing".
QString problemName(const QString& key);
/// Whether the data should be mended for it; else it is only worth knowing.
bool isFault(const QString& key);

/// Runs the data check as a child of its own, with progress and stop. GUI thread.
class DataDoctor : public QObject {
    Q_OBJECT
  public:
    explicit DataDoctor(QObject* parent = nullptr);
    /// Checks the data set of `options`, and the held-out one where they name it. `decode`: open
    /// every picture and video, not only look whether it is there.
    void check(const training::TrainOptions& options, bool decode);
    void stop();
    bool isRunning() const { return child_.isRunning(); }

  Q_SIGNALS:
    /// `total` 0: not known yet.
    void progressed(qint64 done, qint64 total);
    void finished(const univi::ui::DataFindings& findings);
    /// An empty sentence: it was stopped.
    void failed(const QString& sentence);

  private:
    void takeLog(const QString& text);
    void take(const TrainChild::Result& result);
    TrainChild child_;
    std::unique_ptr<base::TemporaryFolder> folder_;
};

}  // namespace univi::ui
