#include "ui/chat/conversation_media.h"

#include <QFileInfo>
#include <algorithm>

#include "ui/files/openable_path.h"
#include "ui/media/media_kind.h"
#include "ui/session/engine_client.h"

namespace univi::ui {

ConversationMedia::ConversationMedia(EngineClient* engine, Source source, QObject* parent)
    : QObject(parent), engine_(engine), source_(std::move(source)) {
    connectEngine();
}

void ConversationMedia::connectEngine() {
    connect(engine_, &EngineClient::mediaProgressed, this,
            [this](qint64 id, const protocol::MediaProgressEvent& e) {
                if (!owns(id) || isLive(id)) return;
                progress_ = Progress{QString::fromStdString(e.medium),
                                     std::max(e.frames_encoded, 0), e.frames_total};
                Q_EMIT progressChanged();
            });
    connect(engine_, &EngineClient::groupsArrived, this,
            [this](qint64 id, const protocol::TokenGroups& groups) {
                if (!owns(id)) return;
                const Medium medium(QString::fromStdString(groups.source), groups.clip);
                groups_.insert(medium, groups);
                emitGroups(medium);
            });
    connect(engine_, &EngineClient::encoded, this, &ConversationMedia::onEncoded);
    connect(engine_, &EngineClient::failed, this, &ConversationMedia::onFailed);
    connect(engine_, &EngineClient::modelChanging, this, [this] {
        groups_.clear();
        unreadable_.clear();
        Q_EMIT groupsReset();
    });
    connect(engine_, &EngineClient::framesForgotten, this, [this] {
        groups_.clear();
        Q_EMIT groupsReset();
    });
}

Media ConversationMedia::all() const {
    return source_.of_turns() + pending_;
}

QList<protocol::TokenGroups> ConversationMedia::groups() const {
    QList<protocol::TokenGroups> list;
    const Media media = all();
    for (int i = 0; i < media.size(); ++i) {
        if (!groups_.contains(media[i])) continue;
        list << groups_[media[i]];
        list.last().medium = i;
    }
    return list;
}

void ConversationMedia::add(const Media& media) {
    bool added = false;
    QStringList refused;
    unreadable_now_.clear();
    for (const Medium& one : media) {
        const QFileInfo file(openablePath(one.file));
        const Medium medium(file.absoluteFilePath(), one.clip);
        if (!file.isFile() || mediaKind(medium.file) == MediaKind::Unknown) {
            refused << one.file;
        } else if (!pending_.contains(medium)) {
            pending_ << medium;
            encode(medium, For::Composer);
            added = true;
        }
    }
    if (!refused.isEmpty()) Q_EMIT problem(refusalSentence(refused));
    if (!added) return;
    Q_EMIT pendingChanged();
    for (const Medium& medium : pending_) emitGroups(medium);
}

void ConversationMedia::remove(int index) {
    if (index < 0 || index >= pending_.size()) return;
    const bool is_live = pending_[index] == live_;
    stopReading(pending_.takeAt(index));
    if (is_live) live_ = {};
    Q_EMIT pendingChanged();
    Q_EMIT groupsReset();
    if (is_live) Q_EMIT liveRemoved();
}

void ConversationMedia::setClip(int index, const base::ClipRange& clip) {
    if (index < 0 || index >= pending_.size() || pending_[index].clip == clip) return;
    const Medium medium(pending_[index].file, clip);
    if (pending_[index] == live_) Q_EMIT liveTaken(std::exchange(live_, {}));
    stopReading(pending_[index]);
    if (pending_.contains(medium))
        pending_.removeAt(index);  // that part waits already
    else
        pending_[index] = medium;
    unreadable_.remove(medium);
    encode(medium, For::Composer);
    Q_EMIT pendingChanged();
    Q_EMIT groupsReset();
}

void ConversationMedia::stopReading(const Medium& medium) {
    for (auto it = encodes_.cbegin(); it != encodes_.cend(); ++it)
        if (it->whom == For::Composer && it->medium == medium) engine_->stop(it.key());
}

void ConversationMedia::move(int from, int to) {
    const auto isPlace = [this](int index) { return index >= 0 && index < pending_.size(); };
    if (!isPlace(from) || !isPlace(to) || from == to) return;
    pending_.move(from, to);
    Q_EMIT pendingChanged();
    Q_EMIT groupsReset();
}

Media ConversationMedia::takePending() {
    if (!live_.file.isEmpty()) Q_EMIT liveTaken(std::exchange(live_, {}));
    return std::exchange(pending_, {});
}

Media ConversationMedia::lasting() const {
    Media media = pending_;
    media.removeOne(live_);
    return media;
}

void ConversationMedia::readLive(const Medium& window) {
    reading_live_ = window;
    encode(window, For::Camera);
}

void ConversationMedia::dropLive() {
    reading_live_ = {};
    for (auto it = encodes_.cbegin(); it != encodes_.cend(); ++it)
        if (it->whom == For::Camera) engine_->stop(it.key());
    if (live_.file.isEmpty()) return;
    groups_.remove(live_);
    pending_.removeOne(std::exchange(live_, {}));
    Q_EMIT pendingChanged();
    Q_EMIT groupsReset();
}

void ConversationMedia::showLive(const Medium& window) {
    if (window != reading_live_) return;
    reading_live_ = {};
    const int index = int(pending_.indexOf(live_));
    if (index >= 0)
        pending_[index] = window;
    else
        pending_ << window;
    groups_.remove(std::exchange(live_, window));
    Q_EMIT liveShown(window);
    Q_EMIT pendingChanged();
    Q_EMIT groupsReset();
}

void ConversationMedia::onEncoded(qint64 id) {
    if (isLive(id)) showLive(encodes_.value(id).medium);
    drop(id);
}

bool ConversationMedia::isReading() const {
    return std::ranges::any_of(encodes_, [](const Encode& one) { return one.whom != For::Camera; });
}

void ConversationMedia::putBack(const Media& media) {
    Media all = media;
    for (const Medium& medium : pending_)
        if (!all.contains(medium)) all << medium;
    if (all == pending_) return;
    pending_ = all;
    Q_EMIT pendingChanged();
    Q_EMIT groupsReset();
}

void ConversationMedia::encode(const Medium& medium, For whom) {
    if (groups_.value(medium).complete) return;
    const qint64 id =
        engine_->encode({source_.conversation.toStdString(), medium.file.toStdString(),
                         source_.max_frames(), medium.clip, whom == For::Camera});
    encodes_.insert(id, {medium, whom});
}

void ConversationMedia::readAgain() {
    to_read_.clear();
    for (const Medium& medium : all())
        if (!groups_.value(medium).complete && !unreadable_.contains(medium) &&
            !to_read_.contains(medium) && QFileInfo(medium.file).isFile())
            to_read_ << medium;
    encodeNext();
}

void ConversationMedia::encodeNext() {
    if (ask_ != 0 || isReading() || to_read_.isEmpty() ||
        engine_->state() != EngineClient::State::Ready)
        return;
    encode(to_read_.takeFirst(), For::Turn);
}

void ConversationMedia::pause() {
    to_read_.clear();
    for (auto it = encodes_.cbegin(); it != encodes_.cend(); ++it)
        if (it->whom != For::Composer) engine_->stop(it.key());
}

void ConversationMedia::endProgress() {
    progress_.reset();
}

void ConversationMedia::forget(const QString& file) {
    groups_.removeIf([&](const auto& entry) { return entry.key().file == file; });
    unreadable_.removeIf([&](const Medium& medium) { return medium.file == file; });
}

void ConversationMedia::emitGroups(const Medium& medium) {
    if (!groups_.contains(medium)) return;
    const Media media = all();
    for (int i = 0; i < media.size(); ++i) {
        if (media[i] != medium) continue;
        protocol::TokenGroups groups = groups_[medium];
        groups.medium = i;
        Q_EMIT groupsChanged(groups);
    }
}

/// A file that cannot be read leaves the composer; what was typed stays. A dead engine is no fault
/// of the file.
void ConversationMedia::onFailed(qint64 id, const QString& kind, const QString& message) {
    if (!encodes_.contains(id)) return;
    const Encode encode = encodes_.value(id);
    const bool stopped = kind == QLatin1String("stopped");
    if (encode.whom == For::Camera) {
        drop(id);
        if (encode.medium != reading_live_) return;
        reading_live_ = {};
        return Q_EMIT liveFailed(encode.medium, stopped ? QString() : message);
    }
    if (!stopped) unreadable_.insert(encode.medium);
    drop(id);
    const bool bad_file =
        !stopped && kind != QLatin1String("internal") && encode.whom == For::Composer;
    const int index = int(pending_.indexOf(encode.medium));
    if (!bad_file || index < 0) return;
    remove(index);
    unreadable_now_ << encode.medium.file;
    Q_EMIT problem(unreadable_now_.size() == 1
                       ? message
                       : tr("%1 could not be read and were left out; choose other files.")
                             .arg(namesOf(unreadable_now_)));
}

void ConversationMedia::drop(qint64 id) {
    if (encodes_.remove(id) == 0) return;
    if (ask_ == 0 && !isReading()) progress_.reset();
    Q_EMIT progressChanged();
    encodeNext();
}

}  // namespace univi::ui
