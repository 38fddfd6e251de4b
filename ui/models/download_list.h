#pragma once

#include <QList>
#include <QObject>

#include "ui/models/download_job.h"

namespace univi::ui {

class AppSettings;

/// The downloads that a person asked for, one at a time in their order (each fetches several files
/// at once). What is unfinished when the window closes is listed as paused at the next start;
/// nothing goes on by itself. GUI thread.
class DownloadList : public QObject {
    Q_OBJECT
  public:
    struct Options {
        QString program;  ///< empty: univi-cli beside the running executable
        QString file;     ///< empty: downloads.json of the data folder
    };
    DownloadList(AppSettings* settings, const Options& options, QObject* parent = nullptr);
    ~DownloadList() override;

    const QList<DownloadJob*>& jobs() const { return jobs_; }
    /// The job of "owner/name" that is not over, if there is one.
    DownloadJob* find(const QString& name) const;
    /// Asks for owner/name or an address. `refused` says why where it cannot be begun.
    void get(const QString& given);
    void resume(DownloadJob* job);
    QString program() const { return options_.program; }

  Q_SIGNALS:
    void added(univi::ui::DownloadJob* job);
    /// It is deleted after this.
    void removed(univi::ui::DownloadJob* job);
    /// All of a repository is there.
    void finished(univi::ui::DownloadJob* job);
    void failed(univi::ui::DownloadJob* job);
    void refused(const QString& sentence);

  private:
    DownloadJob* add(const QString& given);
    void onState(DownloadJob* job);
    void drop(DownloadJob* job);
    void startNext();
    void load();
    void save() const;

    AppSettings* settings_;
    Options options_;
    QList<DownloadJob*> jobs_;
};

}  // namespace univi::ui
