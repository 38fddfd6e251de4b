#include "ui/chat/conversation_export.h"

#include <QBuffer>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextDocument>
#include <algorithm>

#include "core/base/atomic_file.h"
#include "ui/chat/conversation_zip.h"
#include "ui/code/code_highlighter.h"
#include "ui/media/media_kind.h"
#include "ui/media/thumbnails.h"
#include "ui/text/translate.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QString quoted(const QString& text) {
    return QStringLiteral("> ") + QString(text).replace(QLatin1Char('\n'), QLatin1String("\n> "));
}

/// "clip.mp4 (0:12–0:31)"
QString captionOf(const Medium& medium) {
    const QString name = QFileInfo(medium.file).fileName();
    const QString part = clipText(medium.clip);
    return part.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, part);
}

}  // namespace

QString toMarkdown(const Conversation& conversation) {
    QString page = QStringLiteral("# %1\n").arg(conversation.info.title.simplified());
    for (const Turn& turn : conversation.turns) {
        page += QLatin1Char('\n');
        for (const Medium& medium : turn.media)
            page += quoted(QStringLiteral("`%1`").arg(captionOf(medium))) + QStringLiteral("  \n");
        page += quoted(turn.question) + QStringLiteral("\n\n");
        if (!turn.reply.isEmpty()) page += turn.reply + QLatin1Char('\n');
        if (turn.state == Turn::State::Stopped)
            page += QStringLiteral("\n*%1*\n").arg(tr("(stopped)"));
        if (!turn.error.isEmpty()) page += QStringLiteral("\n*%1*\n").arg(turn.error);
    }
    return page;
}

namespace {

constexpr int kPictureSide = 640, kWebWidth = 480, kPaperWidth = 300;

constexpr const char* kWebStyle =
    "body{font-family:Inter,\"Noto Sans\",\"Noto Sans CJK SC\",\"WenQuanYi Micro Hei\",sans-serif;"
    "max-width:46em;margin:2em auto;padding:0 1em;line-height:1.5;color:#1d2027}"
    "img{max-width:100%;border-radius:8px}table{border-collapse:collapse}"
    ".question{background-color:#eceefb;border-radius:12px;padding:.4em 1em;margin-top:1.5em}"
    "pre{background-color:#f3f4f6;padding:.6em;border-radius:8px;overflow:auto}";
constexpr const char* kPaperStyle =
    "h1{font-size:17pt}.question p{color:#3b41b5;font-weight:600;margin-top:14px}"
    "pre{font-size:9pt;margin-left:14px}";

/// The pictures of the turns that can be read, as HTML that needs no other file.
QString picturesOf(const Turn& turn, int widest) {
    QString html;
    for (const Medium& medium : turn.media) {
        const QString& file = medium.file;
        const QImage picture =
            mediaKind(file) == MediaKind::Picture ? readSmallPicture(file, kPictureSide) : QImage();
        const QString name = captionOf(medium).toHtmlEscaped();
        if (picture.isNull()) {
            html += QStringLiteral("<p><code>%1</code></p>").arg(name);
            continue;
        }
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        picture.save(&buffer, "JPEG", 88);
        html +=
            QStringLiteral("<p><img width=\"%3\" alt=\"%1\" src=\"data:image/jpeg;base64,%2\"></p>")
                .arg(name, QString::fromLatin1(bytes.toBase64()))
                .arg(std::min(picture.width(), widest));
    }
    return html;
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

QString pageOf(const Conversation& conversation, const char* style, int widest) {
    QString body;
    for (const Turn& turn : conversation.turns) {
        body += QStringLiteral("<div class=\"question\">%1<p>%2</p></div>\n")
                    .arg(picturesOf(turn, widest), turn.question.toHtmlEscaped().replace(
                                                       QLatin1Char('\n'), QLatin1String("<br>")));
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
        .arg(title, body, QLatin1String(style));
}

void writePdf(const Conversation& conversation, const QString& file) {
    QTextDocument page;
    QFont font = QGuiApplication::font();
    font.setPointSize(10);
    page.setDefaultFont(font);
    page.setHtml(toPaper(conversation));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins({18, 18, 18, 18}, QPageLayout::Millimeter);
        writer.setTitle(conversation.info.title);
        page.print(&writer);
    }
    base::write_file_atomically(file.toStdString(),
                                std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

}  // namespace

QString toHtml(const Conversation& conversation) {
    return pageOf(conversation, kWebStyle, kWebWidth);
}

QString toPaper(const Conversation& conversation) {
    return pageOf(conversation, kPaperStyle, kPaperWidth);
}

QStringList exportConversation(const Conversation& conversation, const QString& file) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    if (suffix == QLatin1String("zip"))
        return writeConversationZip(conversation, toMarkdown(conversation), file);
    if (suffix == QLatin1String("pdf")) {
        writePdf(conversation, file);
        return {};
    }
    const bool html = suffix == QLatin1String("html") || suffix == QLatin1String("htm");
    const QByteArray bytes = suffix == QLatin1String("json") ? toJson(conversation)
                             : html                          ? toHtml(conversation).toUtf8()
                                                             : toMarkdown(conversation).toUtf8();
    base::write_file_atomically(file.toStdString(),
                                std::string_view(bytes.constData(), std::size_t(bytes.size())));
    return {};
}

}  // namespace univi::ui
