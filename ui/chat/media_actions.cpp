#include "ui/chat/media_actions.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>
#include <QWidget>

#include "ui/chat/camera_dialog.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/stream_dialog.h"
#include "ui/chat/trim_dialog.h"
#include "ui/media/media_kind.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {

MediaActions::MediaActions(const Parts& parts, QWidget* page)
    : QObject(page), parts_(parts), page_(page) {}

void MediaActions::setConversation(ConversationModel* model) {
    model_ = model;
}

/// By a model that reads text only; says so.
bool MediaActions::isRefused() {
    const EngineClient& engine = *parts_.engine;
    const bool refused = engine.state() == EngineClient::State::Ready &&
                         engine.model().sight != protocol::Sight::Pictures;
    if (refused)
        parts_.notices->show(model_->id(), NoticeBar::Kind::Error,
                             QString::fromStdString(engine.model().sight_note));
    return refused;
}

void MediaActions::add(const QStringList& files) {
    parts_.notices->clear(model_->id());
    if (isRefused()) return;
    model_->addMedia(toMedia(files));
    Q_EMIT added();
}

void MediaActions::choose() {
    if (isRefused()) return;
    QFileDialog* dialog = makeOpenDialog(
        page_, tr("Add pictures or videos"),
        QStandardPaths::writableLocation(QStandardPaths::PicturesLocation), mediaFilter());
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &MediaActions::add);
    dialog->open();
}

void MediaActions::openAddress() {
    if (isRefused()) return;
    auto* dialog = new StreamDialog(page_);
    connect(dialog, &StreamDialog::recorded, this, [this](const QString& file) { add({file}); });
    connect(dialog, &StreamDialog::liveRequested, this, &MediaActions::liveRequested);
    openOnce(dialog);
}

void MediaActions::openCamera() {
    if (isRefused()) return;
    auto* dialog = new CameraDialog(page_);
    connect(dialog, &CameraDialog::recorded, this, [this](const QString& file) { add({file}); });
    connect(dialog, &CameraDialog::liveRequested, this, &MediaActions::liveRequested);
    openOnce(dialog);
}

void MediaActions::trim(int index) {
    const Medium medium = model_->pendingMedia().value(index);
    if (medium.file.isEmpty()) return;
    auto* dialog = new TrimDialog(medium, page_);
    connect(dialog, &TrimDialog::chosen, model_.data(),
            [model = model_, medium](const base::ClipRange& clip) {
                model->setMediumClip(int(model->pendingMedia().indexOf(medium)), clip);
            });
    openOnce(dialog);
}

void MediaActions::askAboutPart(const Medium& medium) {
    if (isRefused()) return;
    auto* dialog = new TrimDialog(medium, page_);
    connect(dialog, &TrimDialog::chosen, model_.data(),
            [this, model = model_, medium](const base::ClipRange& clip) {
                model->addMedia({Medium(medium.file, clip)});
                Q_EMIT added();
            });
    openOnce(dialog);
}

void MediaActions::remove(int turn, int medium) {
    const QString id = model_->id();
    const Media before = model_->turns().value(turn).media;
    Media after = before;
    if (medium >= after.size()) return;
    const QString name = namesOf({after.takeAt(medium).file});
    if (!model_->setTurnMedia(turn, after))
        return parts_.notices->show(id, NoticeBar::Kind::Info,
                                    tr("Stop the reply first; then %1 can be removed.").arg(name));
    parts_.notices->show(
        id, NoticeBar::Kind::Info,
        tr("%1 was taken out of the conversation; later questions go without it.").arg(name),
        {{tr("Undo"), [this, id, turn, before] {
              if (model_->id() == id) model_->setTurnMedia(turn, before);
          }}});
}

void MediaActions::open(const Medium& medium) {
    if (!QFileInfo::exists(medium.file)) return locate(medium.file);
    for (const protocol::TokenGroups& groups : model_->groups())
        if (groups.source == medium.file.toStdString() && groups.clip == medium.clip)
            return Q_EMIT groupsWanted(groups.medium);
}

void MediaActions::locate(const QString& file) {
    QFileDialog* dialog =
        makeOpenDialog(page_, tr("Where is %1 now?").arg(QFileInfo(file).fileName()),
                       QFileInfo(file).absolutePath(), mediaFilter());
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, file](const QString& found) { relink(file, found); });
    dialog->open();
}

/// Every turn that uses the file, in every conversation, names its new place.
void MediaActions::relink(const QString& from, const QString& to) {
    const MediaKind was = mediaKind(from), is = mediaKind(to);
    if (is == MediaKind::Unknown || (was != MediaKind::Unknown && was != is))
        return parts_.notices->show(model_->id(), NoticeBar::Kind::Error,
                                    is == MediaKind::Unknown ? refusalSentence({to})
                                    : was == MediaKind::Picture
                                        ? tr("%1 was a picture and %2 is none; choose a picture.")
                                              .arg(namesOf({from}), namesOf({to}))
                                        : tr("%1 was a video and %2 is none; choose a video.")
                                              .arg(namesOf({from}), namesOf({to})));
    parts_.store->moveMedium(from, QFileInfo(to).absoluteFilePath());
    parts_.notices->clear(model_->id());
}

}  // namespace univi::ui
