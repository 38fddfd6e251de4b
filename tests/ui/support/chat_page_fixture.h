#pragma once

#include <QPlainTextEdit>
#include <QTest>
#include <memory>

#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer.h"
#include "ui/chat/context_meter.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {

/// The chat page over the scripted engine and a store of its own, with a model loaded.
class ChatPageFixture {
  protected:
    /// `options`: what the settings of the program say.
    void open(protocol::GenerationOptions options = {}) {
        if (!home_) home_ = std::make_unique<TestHome>();
        store_ = std::make_unique<ConversationStore>();
        EngineClient::Options client = scriptedEngine(home_->path("requests.log"));
        client.stop_patience_ms = 300;
        engine_ = std::make_unique<EngineClient>(client);
        ChatPage::Parts parts;
        parts.engine = engine_.get();
        parts.store = store_.get();
        parts.options = [options] { return options; };
        parts.cli = cli_;
        page_ = std::make_unique<ChatPage>(parts);
        page_->resize(1100, 700);
        page_->setVisible(true);
        page_->activateWindow();
        engine_->load({});
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
    }
    void close() {
        page_.reset();
        engine_.reset();
        store_.reset();
    }
    QPlainTextEdit* editor() const { return page_->composer()->findChild<QPlainTextEdit*>(); }
    QString meter() const { return page_->contextMeter()->sentence(); }
    /// Without waiting for the reply.
    void send(const QString& question) {
        page_->composer()->setText(question);
        QTest::keyClick(editor(), Qt::Key_Return);
        QCoreApplication::processEvents();
    }
    void ask(const QString& question) {
        send(question);
        waitForReply();
    }
    void waitForReply() { QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->isBusy(), kWaitMs); }
    const QList<Turn>& turns() const { return page_->model()->turns(); }

    QString cli_;  ///< univi-cli, where a test uses it
    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<EngineClient> engine_;
    std::unique_ptr<ChatPage> page_;
};

}  // namespace univi::ui
