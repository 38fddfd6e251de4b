#include "ui/chat/conversation_exporter.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>
#include <QWidget>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/conversation_zip.h"
#include "ui/media/media_kind.h"
#include "ui/text/translate.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/save_dialog.h"
#include "ui/widgets/show_in_folder.h"

namespace univi::ui {

namespace {

/// A zip by what it holds, whatever its name. Throws base::Error.
Conversation readExported(const QString& file) {
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        throw base::Error(
            base::ErrorKind::File,
            tr("%1 could not be read: %2.").arg(file, in.errorString()).toStdString());
    if (in.peek(2) != "PK") return conversationFromJson(in.readAll(), QFileInfo(file).fileName());
    return readConversationZip(
        file, QString::fromStdString(base::data_folder().string()) + QStringLiteral("/imported"));
}

}  // namespace

ConversationExporter::ConversationExporter(ConversationStore* store, ChatNotices* notices,
                                           QWidget* page)
    : QObject(page), store_(store), notices_(notices), page_(page) {
    pool_.setMaxThreadCount(1);
}

ConversationExporter::~ConversationExporter() {
    stop_.request_stop();
    pool_.waitForDone();
}

void ConversationExporter::ask(const QString& id) {
    const std::optional<Conversation> conversation = store_->read(id);
    if (!conversation) return;
    QFileDialog* dialog = makeSaveDialog(
        page_, tr("Export the conversation"),
        fileNameFrom(conversation->info.title, tr("Conversation")),
        {tr("Markdown (*.md)"), tr("Web page with pictures (*.html)"), tr("PDF (*.pdf)"),
         tr("JSON (*.json)"), tr("Page, JSON and media (*.zip)")});
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, conversation](const QString& file) { write(*conversation, file); });
    dialog->open();
}

void ConversationExporter::write(const Conversation& conversation, const QString& file) {
    const QString id = conversation.info.id;
    notices_->show(id, NoticeBar::Kind::Info, tr("Exporting to %1…").arg(file));
    pool_.start([this, id, conversation, file] {
        Exported made;
        QString problem;
        try {
            made = exportConversation(conversation, file, stop_.get_token());
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(this, [this, id, file, made, problem] {
            if (problem.isEmpty()) return say(id, file, made);
            notices_->show(id, NoticeBar::Kind::Error, problem);
        });
    });
}

void ConversationExporter::say(const QString& conversation, const QString& file,
                               const Exported& made) {
    const QList<ChatNotices::Action> actions{
        {tr("Show in folder"), [file] { showInFolder(file); }}};
    if (!made.missing.isEmpty())
        return notices_->show(conversation, NoticeBar::Kind::Warning,
                              tr("Exported to %1 without what could not be read: %2.")
                                  .arg(file, namesOf(made.missing)),
                              actions);
    notices_->showPassing(conversation,
                          made.picture_folder.isEmpty()
                              ? tr("Exported to %1.").arg(file)
                              : tr("Exported to %1; its pictures lie in %2 beside it.")
                                    .arg(file, QFileInfo(made.picture_folder).fileName()),
                          actions);
}

void ConversationExporter::import() {
    QFileDialog* dialog =
        makeOpenDialog(page_, tr("Import a conversation"),
                       QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                       tr("Exported conversations (*.json *.zip)"));
    connect(dialog, &QFileDialog::fileSelected, this, &ConversationExporter::importFile);
    dialog->open();
}

void ConversationExporter::importFile(const QString& file) {
    pool_.start([this, file] {
        QString problem;
        Conversation conversation;
        try {
            conversation = readExported(file);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(this, [this, conversation, problem] {
            if (!problem.isEmpty()) return notices_->show({}, NoticeBar::Kind::Error, problem);
            if (const QString id = store_->addCopy(conversation); !id.isEmpty())
                Q_EMIT imported(id);
        });
    });
}

}  // namespace univi::ui
