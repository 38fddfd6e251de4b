#pragma once

#include <QObject>
#include <QTimer>

#include "app/desktop/arguments.h"
#include "ui/session/engine_client.h"

namespace univi::ui {

class MainWindow;

/// What the window does without a person: asks a question (or a sample's, for the self-test), waits
/// for the reply, saves a picture of itself, prints the reply on stdout and ends with an exit code.
/// Emits nothing when nothing was asked for.
class Errand : public QObject {
    Q_OBJECT
  public:
    Errand(MainWindow* window, const Arguments& arguments, QObject* parent = nullptr);
    void begin();
    /// Nothing was asked for, or it is done.
    bool isOver() const { return over_ || (!asked_ && arguments_.screenshot.isEmpty()); }

  Q_SIGNALS:
    /// 0: as asked; 1: something failed (one sentence on stderr).
    void finished(int exit_code);

  private:
    void onEngineState(EngineClient::State state);
    void waitUntilQuiet();
    void finish();
    void fail(const QString& sentence);
    void savePicture();

    MainWindow* window_;
    Arguments arguments_;
    bool asked_ = false, over_ = false;
    QString failure_;
    QTimer settle_, limit_;
};

}  // namespace univi::ui
