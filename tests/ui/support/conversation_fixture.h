#pragma once

#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "tests/ui/support.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {

/// A conversation over the scripted engine, which writes its requests into `log_`.
class ConversationFixture {
  protected:
    void start() {
        home_ = std::make_unique<TestHome>();
        log_ = home_->path("requests.log");
        store_ = std::make_unique<ConversationStore>();
        engine_ = std::make_unique<EngineClient>(scriptedEngine(log_));
        engine_->load({});
        model_ = makeModel({});
    }
    void end() {
        model_.reset();
        engine_.reset();
        store_.reset();
    }
    std::unique_ptr<ConversationModel> makeModel(Conversation conversation) {
        return std::make_unique<ConversationModel>(
            engine_.get(), store_.get(), [] { return protocol::GenerationOptions{}; },
            std::move(conversation));
    }
    void waitForReply() { QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs); }
    void ask(const QString& question) {
        QVERIFY(model_->ask(question));
        waitForReply();
    }
    const Turn& last() const { return model_->turns().last(); }

    std::unique_ptr<TestHome> home_;
    QString log_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<EngineClient> engine_;
    std::unique_ptr<ConversationModel> model_;
};

}  // namespace univi::ui
