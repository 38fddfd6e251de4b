#include "ui/chat/conversation_exporter.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>
#include <QWidget>

#include "core/base/error.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/conversation_store.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {

ConversationExporter::ConversationExporter(ConversationStore* store, ChatNotices* notices,
                                           QWidget* page)
    : QObject(page), store_(store), notices_(notices), page_(page) {}

void ConversationExporter::ask(const QString& id) {
    const std::optional<Conversation> conversation = store_->read(id);
    if (!conversation) return;
    QFileDialog* dialog = makeSaveDialog(
        page_, tr("Export the conversation"),
        fileNameFrom(conversation->info.title, tr("Conversation")),
        {tr("Markdown (*.md)"), tr("Web page with pictures (*.html)"), tr("PDF (*.pdf)"),
         tr("JSON (*.json)"), tr("Page, JSON and media (*.zip)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this, conversation](const QString& file) {
        try {
            exportConversation(*conversation, file);
            notices_->show(conversation->info.id, NoticeBar::Kind::Info,
                           tr("Exported to %1.").arg(file));
        } catch (const base::Error& error) {
            notices_->show(conversation->info.id, NoticeBar::Kind::Error,
                           QString::fromUtf8(error.what()));
        }
    });
    dialog->open();
}

void ConversationExporter::import() {
    QFileDialog* dialog = makeOpenDialog(
        page_, tr("Import a conversation"),
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation), tr("JSON (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this, &ConversationExporter::importFile);
    dialog->open();
}

void ConversationExporter::importFile(const QString& file) {
    QFile in(file);
    try {
        if (!in.open(QIODevice::ReadOnly))
            throw base::Error(
                base::ErrorKind::File,
                tr("%1 could not be read: %2.").arg(file, in.errorString()).toStdString());
        const QString id =
            store_->addCopy(conversationFromJson(in.readAll(), QFileInfo(file).fileName()));
        if (!id.isEmpty()) Q_EMIT imported(id);
    } catch (const base::Error& error) {
        notices_->show({}, NoticeBar::Kind::Error, QString::fromUtf8(error.what()));
    }
}

}  // namespace univi::ui
