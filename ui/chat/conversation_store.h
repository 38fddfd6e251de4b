#pragma once

#include <QHash>
#include <QObject>
#include <QSqlDatabase>
#include <memory>
#include <optional>

#include "ui/chat/conversation.h"

class QSqlQuery;

namespace univi::ui {

class AttentionStore;

/// All conversations in one SQLite file. Every change is a transaction on disk before the call
/// returns, so a kill loses nothing but the last second of a streaming reply. A file that is no
/// database is moved aside, never overwritten. After the start nothing throws: what cannot be read
/// or written (a full disk) is said by `failed`. GUI thread.
class ConversationStore : public QObject {
    Q_OBJECT
  public:
    /// `file` empty: conversations.sqlite of the data folder. Throws base::Error{File} when it can
    /// be neither opened nor made.
    explicit ConversationStore(const QString& file = {}, QObject* parent = nullptr);
    ~ConversationStore() override;

    /// One sentence when a broken file was moved aside at the start, else empty.
    QString notice() const { return notice_; }

    /// An id for a conversation that may be created later.
    static QString makeId();
    ConversationInfo create(const QString& id, const QString& title);
    std::optional<Conversation> read(const QString& id) const;
    /// Newest first; with `words`, those whose title, questions or replies contain every word,
    /// whatever the case.
    QList<ConversationInfo> list(const QString& words = {}) const;
    void rename(const QString& id, const QString& title);
    void remove(const QString& id);
    /// Puts a removed conversation back as it was.
    void restore(const Conversation& conversation);

    /// Sets the turn's id.
    void addTurn(const QString& conversation, Turn& turn);
    void updateTurn(const QString& conversation, const Turn& turn);
    void removeTurn(const QString& conversation, qint64 turn);
    /// Sets the title unless the user chose one.
    void suggestTitle(const QString& id, const QString& title);

    /// What the words of replies looked at, in a file of its own beside the conversations.
    AttentionStore& attention();

  Q_SIGNALS:
    void changed();
    /// One sentence: something could not be read or written.
    void failed(const QString& sentence) const;

  private:
    void open(const QString& file);
    void migrate();
    QSqlQuery runOrThrow(const QString& sql, const QVariantList& values = {}) const;
    QSqlQuery run(const QString& sql, const QVariantList& values = {}) const;
    void writeMedia(qint64 turn, const QStringList& media);
    void touch(const QString& conversation);
    QList<Turn> readTurns(const QString& conversation) const;
    QHash<qint64, QStringList> readMedia(const QString& conversation) const;

    QSqlDatabase database_;
    QString connection_, notice_;
    std::unique_ptr<AttentionStore> attention_;  ///< opened when first asked for
};

}  // namespace univi::ui
