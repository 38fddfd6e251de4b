#include "ui/chat/conversation_shelf.h"

#include "ui/chat/conversation_store.h"
#include "ui/session/engine_client.h"

namespace univi::ui {
namespace {

constexpr int kKept = 3;

}  // namespace

ConversationShelf::ConversationShelf(EngineClient* engine, ConversationStore* store,
                                     ConversationModel::OptionsSource options, QObject* parent)
    : QObject(parent), engine_(engine), store_(store), options_(std::move(options)) {}

ConversationModel* ConversationShelf::create() {
    for (ConversationModel* model : models_) {
        if (!model->isNew()) continue;
        makeCurrent(model);
        return model;
    }
    return add({});
}

ConversationModel* ConversationShelf::createAnother() {
    return add({});
}

ConversationModel* ConversationShelf::takeHeld(const QString& id) {
    for (ConversationModel* model : models_) {
        if (model->id() != id) continue;
        makeCurrent(model);
        return model;
    }
    return nullptr;
}

void ConversationShelf::drop(const QString& id) {
    for (ConversationModel* model : QList(models_))
        if (model->id() == id) discard(model);
}

ConversationModel* ConversationShelf::add(Conversation conversation) {
    auto* model = new ConversationModel(engine_, store_, options_, std::move(conversation), this);
    connect(model, &ConversationModel::busyChanged, this, &ConversationShelf::evict,
            Qt::QueuedConnection);
    connect(model, &ConversationModel::problem, this,
            [this, model](const QString& sentence) { Q_EMIT problem(model->id(), sentence); });
    connect(model, &ConversationModel::queueHeld, this,
            [this, model](int questions) { Q_EMIT queueHeld(model->id(), questions); });
    models_.append(model);
    makeCurrent(model);
    return model;
}

void ConversationShelf::makeCurrent(ConversationModel* model) {
    if (current() != model) current()->pause();
    models_.removeOne(model);
    models_.prepend(model);
    evict();
}

void ConversationShelf::evict() {
    for (int i = int(models_.size()) - 1; i >= kKept; --i)
        if (!models_[i]->isBusy()) discard(models_[i]);
}

void ConversationShelf::discard(ConversationModel* model) {
    model->stop();
    model->pause();
    engine_->forget(model->id());
    models_.removeOne(model);
    model->disconnect();
    model->deleteLater();
}

}  // namespace univi::ui
