#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <optional>

#include "core/protocol/engine_protocol.h"
#include "ui/chat/medium.h"

namespace univi::ui {

/// A question and its reply, as stored.
struct Turn {
    /// Queued: asked as soon as the reply before it is done.
    enum class State { Waiting, Streaming, Done, Stopped, Failed, Queued };

    qint64 id = 0;  ///< row in the store; 0: not stored yet
    Media media;
    QString question;
    QString reply;
    QString error;  ///< one sentence when Failed
    State state = State::Waiting;
    QString finish;  ///< stop | length | stopped
    int prompt_tokens = 0, visual_tokens = 0, reply_tokens = 0;
    double first_token_s = 0, tokens_per_s = 0;  ///< 0: not known
    QString model;  ///< name of the model that replied; empty: not known
    QDateTime created = QDateTime::currentDateTimeUtc();
    protocol::GenerationOptions options;  ///< what the reply was made with
    /// Id of the turn that it follows; 0: it is a first one, negative: the one stored before it.
    qint64 parent = -1;
    bool chosen = true;  ///< shown of those that follow the same turn
    /// Older turns and media that the model did not see any more: the context was full.
    int dropped_turns = 0, dropped_media = 0;
};

/// A row of the conversation list.
struct ConversationInfo {
    QString id;
    QString title;
    QDateTime updated;
    bool pinned = false;  ///< stands above those that are not
    QString folder{};     ///< the folder it lies in; empty: none
};

/// What one conversation is asked with in place of the settings.
struct ChatSettings {
    std::optional<protocol::GenerationOptions> generation;
    std::optional<protocol::LoadRequest> model;  ///< not set: whatever is loaded
    bool isEmpty() const { return !generation && !model; }
};

struct ConversationFolder {
    QString name;
    bool closed = false;  ///< what lies in it is not shown
};

struct Conversation {
    ConversationInfo info;
    bool titled_by_user = false;
    ChatSettings settings;
    QList<Turn> turns;   ///< those that are shown, one after another
    QList<Turn> others;  ///< on branches that are not shown, oldest first
};

/// What was typed and attached and not sent yet.
struct Draft {
    QString text;
    Media media;
    bool isEmpty() const { return text.isEmpty() && media.isEmpty(); }
    bool operator==(const Draft&) const = default;
};

/// The first line of a question, at most 60 characters, cut at a word.
QString titleFromQuestion(const QString& question);

}  // namespace univi::ui
