#include "ui/chat/draft_keeper.h"

#include <QFileInfo>

#include "ui/chat/composer.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {
namespace {

constexpr int kWriteAfterMs = 400;

}  // namespace

DraftKeeper::DraftKeeper(ConversationStore* store, Composer* composer, QObject* parent)
    : QObject(parent), store_(store), composer_(composer) {
    timer_.setSingleShot(true);
    timer_.setInterval(kWriteAfterMs);
    connect(&timer_, &QTimer::timeout, this, &DraftKeeper::keep);
    connect(composer_, &Composer::textChanged, &timer_, qOverload<>(&QTimer::start));
}

QString DraftKeeper::key() const {
    if (!model_ || (model_->isNew() && model_->id() == new_chat_)) return {};
    return model_->id();
}

void DraftKeeper::setConversation(ConversationModel* model) {
    if (model_) {
        keep();
        model_->disconnect(&timer_);
    }
    model_ = model;
    connect(model, &ConversationModel::pendingMediaChanged, &timer_, qOverload<>(&QTimer::start));
    written_key_ = key();
    written_ = store_->draft(written_key_);
    composer_->setText(written_.text);
    Media media;
    for (const Medium& medium : written_.media)
        if (QFileInfo(medium.file).isFile()) media << medium;
    if (model->pendingMedia().isEmpty() && !media.isEmpty()) model->addMedia(media);
}

void DraftKeeper::keep() {
    timer_.stop();
    if (!model_) return;
    const Draft draft{composer_->text(), model_->media()->lasting()};
    if (written_key_ == key() && written_ == draft) return;
    written_key_ = key();
    written_ = draft;
    store_->setDraft(written_key_, draft);
}

void DraftKeeper::forget(const QString& key) {
    store_->setDraft(key, {});
    if (key == written_key_) written_ = {};
}

}  // namespace univi::ui
