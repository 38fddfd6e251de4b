#include "ui/chat/conversation_page.h"

#include <QTextDocument>
#include <algorithm>

#include "ui/code/code_highlighter.h"
#include "ui/text/translate.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QString quoted(const QString& text) {
    return QStringLiteral("> ") + QString(text).replace(QLatin1Char('\n'), QLatin1String("\n> "));
}

/// A name as Markdown shows it, whatever signs are in it.
QString escaped(QString name) {
    for (const char sign : {'\\', '[', ']', '`', '*', '_', '<'})
        name.replace(QLatin1Char(sign), QLatin1Char('\\') + QString(QLatin1Char(sign)));
    return name;
}

QString linked(const QString& text, const QString& address) {
    return address.isEmpty() ? text : QStringLiteral("[%1](%2)").arg(text, address);
}

/// Its picture, and of a clip a line with its name below it: the picture does not say that it is
/// one.
QString mediumAsMarkdown(const Medium& medium, const ExportedMedium& shown) {
    const QString caption = captionOf(medium, shown);
    if (shown.picture_address.isEmpty()) return QStringLiteral("`%1`").arg(caption);
    const QString picture =
        QStringLiteral("![%1](%2)").arg(escaped(caption), shown.picture_address);
    QString line = linked(picture, shown.file_address);
    if (!shown.is_clip) return line;
    return line + QStringLiteral("  \n") + linked(escaped(caption), shown.file_address);
}

}  // namespace

QString toMarkdown(const Conversation& conversation, const ExportedMedia& media) {
    QString page = QStringLiteral("# %1\n").arg(conversation.info.title.simplified());
    for (const Turn& turn : conversation.turns) {
        page += QLatin1Char('\n');
        for (const Medium& medium : turn.media)
            page += quoted(mediumAsMarkdown(medium, media.value(medium))) + QStringLiteral("  \n");
        page += quoted(turn.question) + QStringLiteral("\n\n");
        if (!turn.reply.isEmpty()) page += turn.reply + QLatin1Char('\n');
        if (turn.state == Turn::State::Stopped)
            page += QStringLiteral("\n*%1*\n").arg(tr("(stopped)"));
        if (!turn.error.isEmpty()) page += QStringLiteral("\n*%1*\n").arg(turn.error);
    }
    return page;
}

namespace {

/// How a page looks, and how wide its pictures are at most, in pixels.
struct Look {
    const char* style;
    int picture, frame;
};

constexpr Look kWeb{
    "body{font-family:Inter,\"Noto Sans\",\"Noto Sans CJK SC\",\"WenQuanYi Micro Hei\",sans-serif;"
    "max-width:46em;margin:2em auto;padding:0 1em;line-height:1.5;color:#1d2027}"
    "img,video{max-width:100%;height:auto;border-radius:8px}table{border-collapse:collapse}"
    ".frames img{max-width:24%}.frames{margin-bottom:0}"
    ".caption{margin-top:.2em;font-size:.85em;color:#5b6070}"
    ".question{background-color:#eceefb;border-radius:12px;padding:.4em 1em;margin-top:1.5em}"
    "pre{background-color:#f3f4f6;padding:.6em;border-radius:8px;overflow:auto}",
    480, 165};
constexpr Look kPaper{
    "h1{font-size:17pt}.question p{color:#3b41b5;font-weight:600;margin-top:14px}"
    ".question p.caption{color:#5b6070;font-weight:400;font-size:8pt;margin-top:2px}"
    "pre{font-size:9pt;margin-left:14px}",
    300, 120};

QString embedded(const QImage& picture) {
    return QStringLiteral("data:image/jpeg;base64,") +
           QString::fromLatin1(jpegOf(picture).toBase64());
}

/// `name` is HTML. On paper the height does not follow from the width.
QString imageTag(const QImage& picture, const QString& name, int widest) {
    const int width = std::min(picture.width(), widest);
    return QStringLiteral("<img width=\"%3\" height=\"%4\" alt=\"%1\" src=\"%2\">")
        .arg(name, embedded(picture))
        .arg(width)
        .arg(std::max(1, width * picture.height() / std::max(1, picture.width())));
}

/// The part that is asked about is what is played.
QString videoTag(const Medium& medium, const ExportedMedium& shown, const Look& look) {
    QString part;
    if (medium.clip.start_s || medium.clip.end_s) {
        part = QStringLiteral("#t=%1").arg(medium.clip.start_s.value_or(0));
        if (medium.clip.end_s) part += QStringLiteral(",%1").arg(*medium.clip.end_s);
    }
    return QStringLiteral(
               "<video controls preload=\"metadata\" width=\"%1\" poster=\"%2\" "
               "src=\"%3\"></video>")
        .arg(look.picture)
        .arg(embedded(shown.pictures.first()), shown.file_address + part);
}

/// A clip plays where its file is at hand; else some of its frames stand in a row.
QString clipAsHtml(const Medium& medium, const ExportedMedium& shown, const Look& look) {
    const QString name = captionOf(medium, shown).toHtmlEscaped();
    QStringList shows;
    if (!shown.file_address.isEmpty())
        shows << videoTag(medium, shown, look);
    else
        for (const QImage& frame : shown.pictures) shows << imageTag(frame, name, look.frame);
    const QString caption =
        shown.file_address.isEmpty()
            ? name
            : QStringLiteral("<a href=\"%1\">%2</a>").arg(shown.file_address, name);
    return QStringLiteral("<p class=\"frames\">%1</p><p class=\"caption\">%2</p>")
        .arg(shows.join(QLatin1Char('\n')), caption);
}

QString mediumAsHtml(const Medium& medium, const ExportedMedium& shown, const Look& look) {
    const QString name = captionOf(medium, shown).toHtmlEscaped();
    if (shown.pictures.isEmpty()) return QStringLiteral("<p><code>%1</code></p>").arg(name);
    if (shown.is_clip) return clipAsHtml(medium, shown, look);
    const QString image = imageTag(shown.pictures.first(), name, look.picture);
    return shown.file_address.isEmpty()
               ? QStringLiteral("<p>%1</p>").arg(image)
               : QStringLiteral("<p><a href=\"%1\">%2</a></p>").arg(shown.file_address, image);
}

QString bodyOf(const QString& html) {
    const qsizetype start =
        html.indexOf(QLatin1Char('>'), html.indexOf(QLatin1String("<body"))) + 1;
    return html.mid(start, html.lastIndexOf(QLatin1String("</body>")) - start);
}

QString markdownAsHtml(const QString& markdown) {
    QTextDocument document;
    document.setMarkdown(markdown,
                         QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                             QTextDocument::MarkdownNoHTML);
    colourFences(&document, Theme::light());
    return bodyOf(document.toHtml());
}

QString pageOf(const Conversation& conversation, const ExportedMedia& media, const Look& look) {
    QString body;
    for (const Turn& turn : conversation.turns) {
        QString shown;
        for (const Medium& medium : turn.media)
            shown += mediumAsHtml(medium, media.value(medium), look);
        body += QStringLiteral("<div class=\"question\">%1<p>%2</p></div>\n")
                    .arg(shown, turn.question.toHtmlEscaped().replace(QLatin1Char('\n'),
                                                                      QLatin1String("<br>")));
        body += QStringLiteral("<div class=\"reply\">%1</div>\n").arg(markdownAsHtml(turn.reply));
        if (turn.state == Turn::State::Stopped)
            body += QStringLiteral("<p><i>%1</i></p>\n").arg(tr("(stopped)"));
        if (!turn.error.isEmpty())
            body += QStringLiteral("<p><i>%1</i></p>\n").arg(turn.error.toHtmlEscaped());
    }
    const QString title = conversation.info.title.simplified().toHtmlEscaped();
    return QStringLiteral(
               "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%1</title><style>"
               "%3</style></head><body><h1>%1</h1>\n%2</body></html>\n")
        .arg(title, body, QLatin1String(look.style));
}

}  // namespace

QString toHtml(const Conversation& conversation, const ExportedMedia& media) {
    return pageOf(conversation, media, kWeb);
}

QString toPaper(const Conversation& conversation, const ExportedMedia& media) {
    return pageOf(conversation, media, kPaper);
}

}  // namespace univi::ui
