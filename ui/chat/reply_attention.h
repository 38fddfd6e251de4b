#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <optional>
#include <vector>

namespace univi::ui {

/// What the tokens of one reply looked at, as it was reported while the reply was made.
struct ReplyAttention {
    /// A token's text begins at character `start` of the reply; `shares` are per medium of the
    /// conversation and per visual token, parts of all that the token looked at.
    struct Token {
        int start = 0;
        std::vector<std::vector<float>> shares;
        float total = 0;  ///< of all shares: how much it looked at pictures and clips at all
    };
    /// What one token, or several together, looked at.
    struct Word {
        std::vector<std::vector<float>> shares;  ///< empty when it is not known
        float scale = 0;                         ///< the share that glows fully
        int start = 0, length = 0;               ///< its text in the reply
    };

    QString model;  ///< folder of the model that said it: the shares belong to its groups only
    QList<Token> tokens;
    float scale = 0;  ///< the largest share of any token

    void add(int start, const std::vector<std::vector<float>>& shares);
    /// Index of the token at character `position`, -1 before the first.
    int tokenAt(int position) const;
    bool isEmpty() const { return tokens.isEmpty(); }
    /// Where a token's text ends in a reply of `length` characters.
    int endOf(int token, int length) const;
    /// Of the token at a character of a reply of `length` characters, on the reply's scale.
    Word at(int position, int length) const;
    /// The mean over the tokens that lie in [start, end), on a scale of its own.
    Word over(int start, int end, int length) const;
    /// Per medium, the visual tokens that nearly every token of the reply looks at
    /// (protocol::AttentionSinks).
    std::vector<std::vector<int>> sinks() const;
};

/// The record for the database: a byte a share (its square root over the scale's, so that small
/// shares stay apart; off by at most 1 % of the scale), then compressed. A reply of 30 tokens about
/// a picture takes about two kilobytes.
QByteArray packAttention(const ReplyAttention& attention);

/// Nothing when the bytes are damaged or of a later version.
std::optional<ReplyAttention> unpackAttention(const QByteArray& packed);

}  // namespace univi::ui
