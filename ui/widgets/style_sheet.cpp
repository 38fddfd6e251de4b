#include "ui/widgets/style_sheet.h"

#include <QColor>
#include <QFile>
#include <QFontDatabase>
#include <QLocale>
#include <QMap>
#include <algorithm>
#include <cmath>

#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QString css(const QColor& color) {
    return QStringLiteral("rgba(%1, %2, %3, %4)")
        .arg(color.red())
        .arg(color.green())
        .arg(color.blue())
        .arg(color.alpha());
}

/// `share` of `over` painted on `ground`.
QColor mix(const QColor& ground, const QColor& over, double share) {
    const auto channel = [share](int a, int b) { return int(std::lround(a + (b - a) * share)); };
    return QColor(channel(ground.red(), over.red()), channel(ground.green(), over.green()),
                  channel(ground.blue(), over.blue()));
}

QMap<QString, QString> colourTokens(const Palette& p) {
    QColor veil = p.surface;
    veil.setAlpha(235);
    return {
        {"window", css(p.window)},
        {"surface", css(p.surface)},
        {"raised", css(p.raised)},
        {"border", css(p.border)},
        {"borderStrong", css(mix(p.border, p.text, 0.18))},
        {"text", css(p.text)},
        {"textMuted", css(p.textMuted)},
        {"textOnAccent", css(p.textOnAccent)},
        {"accent", css(p.accent)},
        {"accentText", css(p.dark ? mix(p.accent, p.text, 0.3) : p.accent)},
        {"accentHover", css(mix(p.accent, p.text, 0.15))},
        {"accentPressed", css(mix(p.accent, p.text, 0.3))},
        {"accentSoft", css(p.accentSoft)},
        {"danger", css(p.danger)},
        {"dangerSoft", css(mix(p.surface, p.danger, p.dark ? 0.14 : 0.06))},
        {"dangerLine", css(mix(p.surface, p.danger, 0.4))},
        {"warningLine", css(mix(p.surface, p.warning, 0.4))},
        {"warning", css(p.warning)},
        {"warningSoft", css(mix(p.surface, p.warning, p.dark ? 0.14 : 0.08))},
        {"success", css(p.success)},
        {"userBubble", css(p.userBubble)},
        {"hover", css(mix(p.window, p.text, 0.06))},
        {"pressed", css(mix(p.window, p.text, 0.12))},
        {"scroll", css(mix(p.surface, p.text, 0.22))},
        {"veil", css(veil)},
    };
}

QMap<QString, QString> lengthTokens(double base) {
    const auto px = [](double v) { return QStringLiteral("%1px").arg(int(std::lround(v))); };
    return {{"fontSmall", px(base * 0.88)},
            {"fontBody", px(base)},
            {"fontChat", px(base * 1.07)},
            {"fontTitle", px(base * 1.3)},
            {"fontDisplay", px(base * 1.9)}};
}

double luminance(const QColor& c) {
    const auto linear = [](double v) {
        return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

}  // namespace

QString makeStyleSheet(const Palette& palette, double basePixels, const QString& chevron) {
    QFile file(QStringLiteral(":/univi/styles/univi.qss.in"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QString text = QString::fromUtf8(file.readAll());
    QMap<QString, QString> tokens = colourTokens(palette);
    tokens.insert(lengthTokens(basePixels));
    const bool chinese = QLocale().language() == QLocale::Chinese;
    tokens.insert(QStringLiteral("strong"),
                  QString::number(int(chinese ? QFont::Bold : QFont::DemiBold)));
    tokens.insert(QStringLiteral("monoFamily"),
                  QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    tokens.insert(QStringLiteral("chevron"), chevron);
    tokens.insert(QStringLiteral("upwards"),
                  QString(chevron).replace(QStringLiteral("/down-"), QStringLiteral("/up-")));
    tokens.insert(QStringLiteral("check"),
                  QString(chevron).replace(QStringLiteral("/down-"), QStringLiteral("/check-")));

    QString out;
    out.reserve(text.size() * 2);
    for (qsizetype i = 0; i < text.size();) {
        if (text[i] != QLatin1Char('@')) {
            out += text[i++];
            continue;
        }
        qsizetype end = i + 1;
        while (end < text.size() && text[end].isLetterOrNumber()) ++end;
        out += tokens.value(text.mid(i + 1, end - i - 1), text.mid(i, end - i));
        i = end;
    }
    return out;
}

QFont::Weight strongWeight(const QString& text) {
    const bool chinese = std::any_of(text.cbegin(), text.cend(),
                                     [](QChar c) { return c.script() == QChar::Script_Han; });
    return chinese ? QFont::Bold : QFont::DemiBold;
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

}  // namespace univi::ui
