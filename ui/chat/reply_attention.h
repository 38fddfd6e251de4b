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
    };

    QString model;  ///< folder of the model that said it: the shares belong to its groups only
    QList<Token> tokens;
    float scale = 0;  ///< the largest share of any token

    void add(int start, const std::vector<std::vector<float>>& shares);
    /// Index of the token at character `position`, -1 before the first.
    int tokenAt(int position) const;
    bool isEmpty() const { return tokens.isEmpty(); }
};

/// The record for the database: a byte a share (its square root over the scale's, so that small
/// shares stay apart; off by at most 1 % of the scale), then compressed. A reply of 30 tokens about
/// a picture takes about two kilobytes.
QByteArray packAttention(const ReplyAttention& attention);

/// Nothing when the bytes are damaged or of a later version.
std::optional<ReplyAttention> unpackAttention(const QByteArray& packed);

}  // namespace univi::ui
