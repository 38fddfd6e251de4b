#pragma once

#include <QElapsedTimer>
#include <QObject>

class QWidget;

namespace univi::ui {

class DesktopNotice;
class DownloadList;
class EngineClient;

/// Tells the desktop when something ended that took long, well or not, while the window is not
/// looked at: a download, a reply, the reading of a picture or video that failed. (Training tells
/// of its own.) GUI thread.
class LongWork : public QObject {
    Q_OBJECT
  public:
    /// `window` is the one that is looked at; all must outlive this.
    LongWork(QWidget* window, EngineClient* engine, DownloadList* downloads);
    /// How long a reply must have taken to be told of; for tests.
    void setLongReply(qint64 milliseconds) { long_reply_ms_ = milliseconds; }

  private:
    void begin(qint64 request);
    void onReply(qint64 request, const QString& reply);
    void onFailed(qint64 request, const QString& problem);
    bool tookLong(qint64 request) const;
    void tell(const QString& title, const QString& text, bool urgent);

    QWidget* window_;
    DesktopNotice* notice_;
    qint64 request_ = 0;    ///< that the model works on
    QElapsedTimer since_;   ///< it does
    bool answers_ = false;  ///< it has begun with the reply
    qint64 long_reply_ms_ = 30'000;
};

}  // namespace univi::ui
