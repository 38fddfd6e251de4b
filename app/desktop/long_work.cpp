#include "app/desktop/long_work.h"

#include <QWidget>
#include <utility>

#include "ui/models/download_list.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/desktop_notice.h"

namespace univi::ui {
namespace {

constexpr qsizetype kMostLetters = 160;

QString shortened(const QString& text) {
    const QString line = text.simplified();
    return line.size() <= kMostLetters ? line : line.left(kMostLetters) + QChar(0x2026);
}

}  // namespace

LongWork::LongWork(QWidget* window, EngineClient* engine, DownloadList* downloads)
    : QObject(window), window_(window), notice_(new DesktopNotice(window)) {
    connect(engine, &EngineClient::mediaProgressed, this, &LongWork::begin);
    connect(engine, &EngineClient::promptStarted, this, [this](qint64 request) {
        begin(request);
        answers_ = true;
    });
    connect(engine, &EngineClient::answered, this,
            [this](qint64 request, const protocol::DoneEvent& done) {
                onReply(request, QString::fromStdString(done.reply));
            });
    connect(engine, &EngineClient::failed, this,
            [this](qint64 request, const QString& kind, const QString& problem) {
                if (kind != QLatin1String("stopped")) onFailed(request, problem);
            });
    connect(downloads, &DownloadList::finished, this, [this](const DownloadJob* job) {
        tell(tr("%1 is downloaded").arg(job->name()), tr("It can be loaded on the Models page."),
             false);
    });
    connect(downloads, &DownloadList::failed, this, [this](const DownloadJob* job) {
        tell(tr("%1 could not be downloaded").arg(job->name()), job->problem(), true);
    });
}

void LongWork::begin(qint64 request) {
    if (std::exchange(request_, request) == request) return;
    since_.start();
    answers_ = false;
}

bool LongWork::tookLong(qint64 request) const {
    return request == request_ && since_.elapsed() >= long_reply_ms_;
}

void LongWork::onReply(qint64 request, const QString& reply) {
    if (tookLong(request)) tell(tr("The reply is done"), shortened(reply), false);
}

void LongWork::onFailed(qint64 request, const QString& problem) {
    if (tookLong(request))
        tell(answers_ ? tr("The reply failed") : tr("A picture or video could not be read"),
             shortened(problem), true);
}

void LongWork::tell(const QString& title, const QString& text, bool urgent) {
    if (!window_->isActiveWindow()) notice_->show(title, text, urgent);
}

}  // namespace univi::ui
