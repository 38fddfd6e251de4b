#include "ui/chat/reply_attention.h"

#include <QDataStream>
#include <QIODevice>
#include <QtEndian>
#include <algorithm>
#include <cmath>

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

/// qUncompress takes the size in the first four bytes at its word.
bool isSane(const QByteArray& packed) {
    return packed.size() > 4 && qFromBigEndian<quint32>(packed.constData()) <= kMostBytes;
}

}  // namespace

void ReplyAttention::add(int start, const std::vector<std::vector<float>>& shares) {
    tokens << Token{start, shares};
    for (const std::vector<float>& row : shares)
        for (const float share : row) scale = std::max(scale, share);
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
    in >> format >> attention.model >> attention.scale >> tokens;
    if (format != kFormat || !std::isfinite(attention.scale)) return std::nullopt;
    for (quint32 i = 0; i < tokens && in.status() == QDataStream::Ok; ++i) {
        qint32 start = 0;
        quint32 rows = 0;
        in >> start >> rows;
        ReplyAttention::Token token{start, {}};
        for (quint32 row = 0; row < rows && in.status() == QDataStream::Ok; ++row) {
            QByteArray values;
            in >> values;
            token.shares.push_back(unpackRow(values, attention.scale));
        }
        attention.tokens << std::move(token);
    }
    if (in.status() != QDataStream::Ok) return std::nullopt;
    return attention;
}

}  // namespace univi::ui
