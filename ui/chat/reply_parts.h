#pragma once

#include <QList>
#include <QString>
#include <QVector>

namespace univi::ui {

/// A fenced block of code inside a reply.
struct CodeFence {
    QString language;        ///< first word after the fence; may be empty
    QString code;            ///< without the fence and its indent
    QVector<int> source_of;  ///< per character of `code`, its place in the reply
};

/// A piece of a reply's Markdown that can be laid out by itself: a paragraph, a list, a table, a
/// block of code.
struct ReplyPart {
    int start = 0, end = 0;  ///< in the reply
    /// What the Markdown reader gets: each fence is replaced by a line of one mark, see codeMark().
    QString markdown;
    QList<CodeFence> fences;
    int first_number = 1;  ///< of the ordered list the part begins with
    bool is_code() const { return fences.size() == 1 && markdown.size() == 1; }
};

/// The character that stands for fence `index` of a part. From a private area of Unicode; what a
/// reply itself writes there is not shown.
QChar codeMark(int index);
/// The index of the fence that `text` stands for; -1 when it stands for none.
int codeMarkIndex(const QString& text);

/// Splits a reply from character `from` on, which must be the start of a part. `growing`: more will
/// follow; then all parts but the last stay as they are whatever follows, so that a streaming reply
/// is split again from the start of its last part only, and signs at its very end that may become
/// anything are kept back.
QList<ReplyPart> splitReply(const QString& reply, int from = 0, bool growing = false);

/// Lines of the form `[name]: address` outside code, which links anywhere in the reply may use.
QString linkDefinitions(const QString& reply);

/// For each character of `shown`, the text that a Markdown reader made of `source`, its place in
/// `source`; -1 for white space and for what stands nowhere (bullets). Robust to signs, link
/// addresses and entities that the reader took out.
QVector<int> alignToSource(QStringView shown, QStringView source);

}  // namespace univi::ui
