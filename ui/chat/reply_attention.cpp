#include "ui/chat/reply_attention.h"

#include <QDataStream>
#include <QIODevice>
#include <QtEndian>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/protocol/attention_sinks.h"

namespace univi::ui {
namespace {

constexpr quint8 kFormat = 1;
constexpr quint32 kMostBytes = 256u << 20;  ///< of a record once unpacked
constexpr double kSteps = 255;

char quantized(float share, float scale) {
    const double part = scale > 0 ? std::clamp(double(share) / scale, 0.0, 1.0) : 0.0;
    return char(quint8(std::lround(std::sqrt(part) * kSteps)));
}

float restored(char byte, float scale) {
    const double root = quint8(byte) / kSteps;
    return float(root * root * scale);
}

QByteArray packRow(const std::vector<float>& row, float scale) {
    QByteArray bytes(qsizetype(row.size()), Qt::Uninitialized);
    std::ranges::transform(row, bytes.begin(), [scale](float v) { return quantized(v, scale); });
    return bytes;
}

std::vector<float> unpackRow(const QByteArray& bytes, float scale) {
    std::vector<float> row(static_cast<std::size_t>(bytes.size()));
    std::ranges::transform(bytes, row.begin(), [scale](char c) { return restored(c, scale); });
    return row;
}

/// `sum` += `row`; rows of other lengths are of other media and left out.
void addTo(std::vector<float>& sum, const std::vector<float>& row) {
    if (sum.empty()) sum.resize(row.size());
    if (sum.size() == row.size())
        std::transform(sum.begin(), sum.end(), row.begin(), sum.begin(), std::plus());
}

/// qUncompress takes the size in the first four bytes at its word.
bool isSane(const QByteArray& packed) {
    return packed.size() > 4 && qFromBigEndian<quint32>(packed.constData()) <= kMostBytes;
}

}  // namespace

void ReplyAttention::add(int start, const std::vector<std::vector<float>>& shares) {
    Token token{start, shares};
    for (const std::vector<float>& row : shares)
        for (const float share : row) {
            scale = std::max(scale, share);
            token.total += share;
        }
    tokens << std::move(token);
}

int ReplyAttention::endOf(int token, int length) const {
    return token + 1 < tokens.size() ? tokens[token + 1].start : length;
}

ReplyAttention::Word ReplyAttention::at(int position, int length) const {
    const int token = tokenAt(position);
    if (token < 0 || scale <= 0) return {};
    const Token& found = tokens[token];
    return {found.shares, scale, found.start, endOf(token, length) - found.start};
}

ReplyAttention::Word ReplyAttention::over(int start, int end, int length) const {
    Word word;
    int count = 0;
    for (int i = 0; i < tokens.size() && scale > 0; ++i) {
        const bool inside = tokens[i].start < end && endOf(i, length) > start;
        if (!inside || tokens[i].shares.empty()) continue;
        if (count++ == 0) word.start = tokens[i].start;
        word.length = endOf(i, length) - word.start;
        word.shares.resize(std::max(word.shares.size(), tokens[i].shares.size()));
        for (std::size_t medium = 0; medium < tokens[i].shares.size(); ++medium)
            addTo(word.shares[medium], tokens[i].shares[medium]);
    }
    if (count == 0) return {};
    for (std::vector<float>& row : word.shares)
        for (float& share : row) {
            share /= float(count);
            word.scale = std::max(word.scale, share);
        }
    return word;
}

std::vector<std::vector<int>> ReplyAttention::sinks() const {
    std::vector<protocol::AttentionSinks> media;
    for (const Token& token : tokens) {
        media.resize(std::max(media.size(), token.shares.size()));
        for (std::size_t medium = 0; medium < token.shares.size(); ++medium)
            media[medium].add(token.shares[medium]);
    }
    std::vector<std::vector<int>> found;
    for (const protocol::AttentionSinks& each : media) found.push_back(each.found());
    return found;
}

int ReplyAttention::tokenAt(int position) const {
    int found = -1;
    while (found + 1 < tokens.size() && tokens[found + 1].start <= position) ++found;
    return found;
}

QByteArray packAttention(const ReplyAttention& attention) {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    out.setFloatingPointPrecision(QDataStream::SinglePrecision);
    out << kFormat << attention.model << attention.scale << quint32(attention.tokens.size());
    for (const ReplyAttention::Token& token : attention.tokens) {
        out << qint32(token.start) << quint32(token.shares.size());
        for (const std::vector<float>& row : token.shares) out << packRow(row, attention.scale);
    }
    return qCompress(bytes);
}

std::optional<ReplyAttention> unpackAttention(const QByteArray& packed) {
    if (!isSane(packed)) return std::nullopt;
    const QByteArray bytes = qUncompress(packed);
    QDataStream in(bytes);
    in.setVersion(QDataStream::Qt_6_0);
    in.setFloatingPointPrecision(QDataStream::SinglePrecision);
    quint8 format = 0;
    quint32 tokens = 0;
    ReplyAttention attention;
    float scale = 0;
    in >> format >> attention.model >> scale >> tokens;
    if (format != kFormat || !std::isfinite(scale)) return std::nullopt;
    for (quint32 i = 0; i < tokens && in.status() == QDataStream::Ok; ++i) {
        qint32 start = 0;
        quint32 rows = 0;
        in >> start >> rows;
        std::vector<std::vector<float>> shares;
        for (quint32 row = 0; row < rows && in.status() == QDataStream::Ok; ++row) {
            QByteArray values;
            in >> values;
            shares.push_back(unpackRow(values, scale));
        }
        attention.add(start, shares);
    }
    attention.scale = scale;
    if (in.status() != QDataStream::Ok) return std::nullopt;
    return attention;
}

}  // namespace univi::ui
