#include "app/desktop/attention_link.h"

#include "ui/chat/chat_page.h"
#include "ui/chat/groups_feed.h"
#include "ui/groups/groups_panel.h"
#include "ui/session/engine_client.h"

namespace univi::ui {

AttentionLink::AttentionLink(EngineClient* engine, ChatPage* chat, GroupsPanel* panel)
    : QObject(panel) {
    GroupsFeed* feed = chat->feed();
    connect(feed, &GroupsFeed::attentionChanged, panel, &GroupsPanel::setAttention);
    connect(feed, &GroupsFeed::mediumPointedAt, panel, &GroupsPanel::peek);
    connect(feed, &GroupsFeed::placeWanted, panel, &GroupsPanel::showMost);
    connect(feed, &GroupsFeed::sinksChanged, panel, &GroupsPanel::setSinks);
    connect(feed, &GroupsFeed::lookerFound, panel, &GroupsPanel::setLooker);
    connect(feed, &GroupsFeed::waitingChanged, panel, &GroupsPanel::setAttentionWaiting);
    connect(feed, &GroupsFeed::choiceFailed, panel, &GroupsPanel::setAttentionProblem);
    connect(panel, &GroupsPanel::groupLit, feed, &GroupsFeed::showLookers);
    connect(panel, &GroupsPanel::attentionChosen, feed, &GroupsFeed::chooseAttention);
    connect(engine, &EngineClient::stateChanged, panel, [engine, panel] {
        const bool ready = engine->state() == EngineClient::State::Ready;
        if (ready) panel->setModelShape(engine->model().layers, engine->model().heads);
    });
}

}  // namespace univi::ui
