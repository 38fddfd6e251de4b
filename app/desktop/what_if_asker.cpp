#include "app/desktop/what_if_asker.h"

#include <utility>

#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_model.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/what_if_pane.h"
#include "ui/session/engine_client.h"

namespace univi::ui {

WhatIfAsker::WhatIfAsker(EngineClient* engine, ChatPage* chat, GroupsPanel* panel)
    : QObject(panel), engine_(engine), chat_(chat), pane_(panel->whatIf()) {
    connect(pane_, &WhatIfPane::asked, this, &WhatIfAsker::ask);
    connect(pane_, &WhatIfPane::stopRequested, this, &WhatIfAsker::stop);
    connect(engine, &EngineClient::variantAnswered, this,
            [this](qint64 id, const protocol::WhatIfEvent& variant) {
                if (id == asked_) pane_->addVariant(variant);
            });
    connect(engine, &EngineClient::whatIfProgressed, this, [this](qint64 id, int done, int total) {
        if (id == asked_) pane_->setProgress(done, total);
    });
    connect(engine, &EngineClient::whatIfDone, this, [this](qint64 id) {
        if (id != asked_) return;
        asked_ = 0;
        pane_->finish();
    });
    connect(engine, &EngineClient::failed, this,
            [this](qint64 id, const QString&, const QString& message) {
                if (id != asked_) return;
                asked_ = 0;
                pane_->fail(message);
            });
}

/// The question is the last one that was answered, with the options of its reply.
void WhatIfAsker::ask(protocol::WhatIfRequest request) {
    const QList<Turn>& turns = chat_->model()->turns();
    for (auto turn = turns.rbegin(); turn != turns.rend(); ++turn) {
        if (turn->reply.isEmpty()) continue;
        request.question = turn->question.toStdString();
        request.options = turn->options;
        asked_ = engine_->whatIf(request);
        return;
    }
    pane_->fail(tr("Ask something about it first; then it can be asked again."));
}

void WhatIfAsker::stop() {
    if (asked_ != 0) engine_->stop(asked_);
}

}  // namespace univi::ui
