#include "ui/chat/history_search.h"

#include "ui/chat/history_search_worker.h"

namespace univi::ui {
HistorySearch::HistorySearch(const QString& file, QObject* parent)
    : QObject(parent), worker_(new HistorySearchWorker(file, serial_)) {
    qRegisterMetaType<QList<univi::ui::TurnHit>>();
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    connect(worker_, &HistorySearchWorker::found, this,
            [this](int serial, const QString& words, const QList<TurnHit>& hits) {
                if (serial == serial_) Q_EMIT found(words, hits);
            });
    thread_.setObjectName(QStringLiteral("history search"));
    thread_.start(QThread::LowPriority);
}

HistorySearch::~HistorySearch() {
    ++serial_;
    thread_.quit();
    thread_.wait();
}

void HistorySearch::find(const QString& words) {
    const int serial = ++serial_;
    QMetaObject::invokeMethod(
        worker_, [worker = worker_, serial, words] { worker->find(serial, words); },
        Qt::QueuedConnection);
}

}  // namespace univi::ui
