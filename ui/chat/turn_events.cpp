#include "ui/chat/turn_events.h"

#include <algorithm>

namespace univi::ui {

void takePrompt(Turn& turn, const protocol::PromptEvent& prompt, const QString& model) {
    turn.prompt_tokens = prompt.prompt_tokens;
    turn.visual_tokens = prompt.visual_tokens;
    turn.dropped_turns = prompt.dropped_turns;
    turn.dropped_media = prompt.dropped_media;
    turn.model = model;
}

int takeToken(Turn& turn, const protocol::TokenEvent& token) {
    turn.state = Turn::State::Streaming;
    const int start = int(turn.reply.size());
    QString text = QString::fromStdString(token.text);
    // The whole reply is trimmed at its end; what grows is, too, so that no place in it moves.
    if (turn.reply.isEmpty())
        while (!text.isEmpty() && text.front().isSpace()) text.remove(0, 1);
    turn.reply += text;
    ++turn.reply_tokens;
    return start;
}

int takeDone(Turn& turn, const protocol::DoneEvent& done) {
    const QString reply = QString::fromStdString(done.reply);
    const int shift = std::max<int>(0, int(turn.reply.indexOf(reply)));
    turn.reply = reply;
    turn.finish = QString::fromStdString(to_string(done.finish));
    turn.state =
        done.finish == protocol::Finish::Stopped ? Turn::State::Stopped : Turn::State::Done;
    turn.prompt_tokens = done.prompt_tokens;
    turn.visual_tokens = done.visual_tokens;
    if (!done.ids.empty()) turn.reply_tokens = int(done.ids.size());
    turn.first_token_s = done.first_token_s;
    turn.tokens_per_s = done.decode_tokens_per_s;
    return shift;
}

void takeFailure(Turn& turn, const QString& kind, const QString& message) {
    const bool stopped = kind == QLatin1String("stopped");
    turn.state = stopped ? Turn::State::Stopped : Turn::State::Failed;
    turn.finish = stopped ? QStringLiteral("stopped") : QString();
    turn.error = stopped ? QString() : message;
}

}  // namespace univi::ui
