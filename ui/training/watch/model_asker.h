#pragma once

#include <QObject>
#include <memory>

#include "core/protocol/token_groups.h"
#include "ui/session/engine_client.h"
#include "ui/training/runs/probe_store.h"
#include "ui/training/runs/run_use.h"

namespace univi::ui {

/// Asks one model several questions, one after the other, in an engine of its own that ends when it
/// is done: the memory is free then. GUI thread.
class ModelAsker : public QObject {
    Q_OBJECT
  public:
    ModelAsker(EngineClient::Options engine, QObject* parent = nullptr);
    ~ModelAsker() override;

    void ask(const ModelChoice& model, const QString& conversation_template, const QString& device,
             const QList<Probe>& questions);
    bool isBusy() const { return bool(engine_); }
    void cancel();

  Q_SIGNALS:
    void textArrived(int question, const QString& text);
    /// One question is over; `problem` is a sentence when it failed.
    void answered(int question, const QString& reply, const QString& problem,
                  const univi::protocol::TokenGroups& groups);
    /// Everything is over; `problem`: the model could not be loaded.
    void finished(const QString& problem);

  private:
    void next();
    void take(const QString& reply, const QString& problem);
    void end(const QString& problem);
    void onState(EngineClient::State state);

    EngineClient::Options options_;
    std::unique_ptr<EngineClient> engine_;
    QList<Probe> questions_;
    QString template_;
    protocol::TokenGroups groups_;
    int at_ = -1;
    qint64 id_ = 0;
};

}  // namespace univi::ui
