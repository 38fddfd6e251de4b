#include "ui/chat/conversation_exporter.h"

#include <QFileDialog>
#include <QWidget>

#include "core/base/error.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/conversation_store.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {

ConversationExporter::ConversationExporter(ConversationStore* store, ChatNotices* notices,
                                           QWidget* page)
    : QObject(page), store_(store), notices_(notices), page_(page) {}

void ConversationExporter::ask(const QString& id) {
    const std::optional<Conversation> conversation = store_->read(id);
    if (!conversation) return;
    QFileDialog* dialog = makeSaveDialog(page_, tr("Export the conversation"),
                                         fileNameFrom(conversation->info.title, tr("Conversation")),
                                         {tr("Markdown (*.md)"), tr("JSON (*.json)")});
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

}  // namespace univi::ui
