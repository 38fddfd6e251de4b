#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace univi::ui {

class Composer;
class ContextMeter;
class ConversationModel;
class EngineClient;

/// Keeps the context meter true to what is typed and attached: asks the engine shortly after the
/// last change, one request at a time, and never while a reply is made.
class ContextEstimator : public QObject {
    Q_OBJECT
  public:
    ContextEstimator(EngineClient* engine, Composer* composer, ContextMeter* meter,
                     QObject* parent = nullptr);
    void setModel(ConversationModel* model);

  private:
    void ask();
    void finish(qint64 id);

    EngineClient* engine_;
    Composer* composer_;
    ContextMeter* meter_;
    QPointer<ConversationModel> model_;
    QTimer timer_;
    qint64 asked_ = 0;
    bool again_ = false;
};

}  // namespace univi::ui
