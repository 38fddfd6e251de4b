#include "ui/chat/history_schema.h"

namespace univi::ui {

const std::vector<SchemaStep>& historySchema() {
    static const std::vector<SchemaStep> kSteps = {
        {{},
         {
             R"(CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL,
           titled_by_user INTEGER NOT NULL DEFAULT 0, folded TEXT NOT NULL,
           created INTEGER NOT NULL, updated INTEGER NOT NULL))",
             R"(CREATE TABLE turns (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL
           REFERENCES conversations(id) ON DELETE CASCADE, question TEXT NOT NULL,
           reply TEXT NOT NULL, folded TEXT NOT NULL, error TEXT NOT NULL, state INTEGER NOT NULL,
           finish TEXT NOT NULL, prompt_tokens INTEGER NOT NULL, visual_tokens INTEGER NOT NULL,
           first_token_s REAL NOT NULL, tokens_per_s REAL NOT NULL, created INTEGER NOT NULL,
           options TEXT NOT NULL))",
             R"(CREATE TABLE media (turn INTEGER NOT NULL REFERENCES turns(id) ON DELETE CASCADE,
           position INTEGER NOT NULL, path TEXT NOT NULL, PRIMARY KEY (turn, position)))",
             "CREATE INDEX turns_of_conversation ON turns(conversation, id)",
         }},
        {{{"turns", "model", "TEXT NOT NULL DEFAULT ''"}}, {}},
        // The draft of a chat that is not stored yet has an empty name.
        {{},
         {R"(CREATE TABLE IF NOT EXISTS drafts (conversation TEXT PRIMARY KEY, text TEXT NOT NULL,
        media TEXT NOT NULL))"}},
        {{{"turns", "parent", "INTEGER NOT NULL DEFAULT -1"},
          {"turns", "chosen", "INTEGER NOT NULL DEFAULT 1"},
          {"turns", "reply_tokens", "INTEGER NOT NULL DEFAULT 0"},
          {"conversations", "pinned", "INTEGER NOT NULL DEFAULT 0"}},
         {}},
        // Parts of videos, settings of a conversation, folders.
        {{{"media", "clip", "TEXT NOT NULL DEFAULT ''"},
          {"turns", "dropped_turns", "INTEGER NOT NULL DEFAULT 0"},
          {"turns", "dropped_media", "INTEGER NOT NULL DEFAULT 0"},
          {"conversations", "folder", "TEXT NOT NULL DEFAULT ''"},
          {"conversations", "options", "TEXT NOT NULL DEFAULT ''"},
          {"conversations", "model", "TEXT NOT NULL DEFAULT ''"}},
         {"CREATE TABLE IF NOT EXISTS folders (name TEXT PRIMARY KEY, "
          "closed INTEGER NOT NULL DEFAULT 0)"}},
    };
    return kSteps;
}

}  // namespace univi::ui
