#include "ui/training/watch/probe_panel.h"

#include <QDialog>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/protocol/engine_protocol.h"
#include "ui/groups/group_selection.h"
#include "ui/groups/groups_toolbar.h"
#include "ui/groups/picture_view.h"
#include "ui/groups/view_button.h"
#include "ui/media/media_kind.h"
#include "ui/media/thumbnails.h"
#include "ui/training/watch/probe_editor.h"
#include "ui/training/watch/probe_keeper.h"
#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

constexpr int kPicture = 180, kLargestSide = 1280;

constexpr const char* kMedium = "medium";

void showPicture(QLabel* label, const QImage& image, const QString& medium) {
    const qreal ratio = label->devicePixelRatioF();
    QPixmap pixmap =
        image.isNull()
            ? iconPixmap(medium.isEmpty() ? QStringLiteral("chat") : QStringLiteral("clip"),
                         IconTone::Muted, 40, ratio)
            : QPixmap::fromImage(image.scaled(QSize(kPicture, kPicture) * ratio,
                                              Qt::KeepAspectRatio, Qt::SmoothTransformation));
    pixmap.setDevicePixelRatio(ratio);
    label->setPixmap(pixmap);
}

/// Makes a label for text of others at the top of its line.
QLabel* words(const QString& text, const char* type) {
    QLabel* label = plain(text, type);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    return label;
}

}  // namespace

ProbePanel::ProbePanel(ProbeKeeper* keeper, QWidget* parent)
    : QWidget(parent),
      keeper_(keeper),
      status_(makeLabel({}, "small")),
      empty_(wrapped({}, "muted")),
      edit_(button(tr("Edit questions…"))),
      notice_(new NoticeBar),
      thumbnails_(new Thumbnails({}, this)) {
    empty_->setAlignment(Qt::AlignCenter);
    auto* body = new QWidget;
    cards_ = column(body, {.margins = {0, 0, 8, 16}, .spacing = 12}, {Part::stretch()});
    scroll_ = scrollArea(body);
    column(this, {.margins = {0, 12, 0, 0}, .spacing = 8},
           {row({}, {{status_, 1}, edit_}), notice_, {empty_, 1}, {scroll_, 1}});
    connect(edit_, &QPushButton::clicked, this, &ProbePanel::openEditor);
    connect(thumbnails_, &Thumbnails::ready, this, [this](const QString& file) {
        for (QLabel* label : findChildren<QLabel*>(QStringLiteral("probePicture")))
            if (label->property(kMedium).toString() == file)
                showPicture(label, thumbnails_->get(file), file);
    });
    connect(keeper_, &ProbeKeeper::asking, this, [this] { showStatus(); });
    connect(keeper_, &ProbeKeeper::answered, this, [this](const QString& folder) {
        if (folder == info_.folder) reload();
    });
    connect(keeper_, &ProbeKeeper::failed, this,
            [this](const QString& folder, const QString& sentence) {
                if (folder == info_.folder) notice_->showNotice(NoticeBar::Kind::Warning, sentence);
            });
}

ProbePanel::~ProbePanel() = default;

void ProbePanel::setRun(const RunInfo& info) {
    const bool other = !store_ || info_.folder != info.folder;
    info_ = info;
    if (other) {
        notice_->hide();
        reload();
    }
    edit_->setEnabled(!info.from_tensorboard);
}

void ProbePanel::setProbes(const QList<Probe>& probes, int every, const QString& device) {
    if (!store_) return;
    QString problem;
    if (!store_->setProbes(probes, every, device, problem))
        notice_->showNotice(NoticeBar::Kind::Error, problem);
    showAnswers();
    showStatus();
    keeper_->wake(info_.folder);
}

void ProbePanel::reload() {
    store_ = std::make_unique<ProbeStore>(info_.folder);
    if (!store_->problem().isEmpty())
        notice_->showNotice(NoticeBar::Kind::Warning, store_->problem());
    showAnswers();
    showStatus();
}

void ProbePanel::showStatus() {
    if (!store_ || store_->probes().isEmpty()) return status_->clear();
    if (keeper_->askedFolder() == info_.folder && keeper_->askedStep() >= 0)
        return status_->setText(tr("Asking checkpoint %1…").arg(keeper_->askedStep()));
    status_->setText(store_->everyCheckpoint() == 1
                         ? tr("Every checkpoint is asked, on %1.").arg(store_->device().toUpper())
                         : tr("One checkpoint in %1 is asked, on %2.")
                               .arg(store_->everyCheckpoint())
                               .arg(store_->device().toUpper()));
}

void ProbePanel::showAnswers() {
    while (cards_->count() > 1) {
        QLayoutItem* item = cards_->takeAt(0);
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    QList<Probe> shown = store_->probes();
    for (const ProbeAnswer& answer : store_->answers())
        if (!shown.contains(answer.probe)) shown << answer.probe;
    for (const Probe& probe : std::as_const(shown))
        cards_->insertWidget(cards_->count() - 1, makeCard(probe));
    empty_->setVisible(shown.isEmpty());
    scroll_->setVisible(!shown.isEmpty());
    empty_->setText(
        info_.from_tensorboard
            ? tr("Only the curves of this run are known: there are no checkpoints to ask.")
            : tr("Ask each checkpoint the same questions about the same pictures, and see how the "
                 "answers grow."));
}

QWidget* ProbePanel::makeCard(const Probe& probe) {
    auto* picture = new QLabel;
    picture->setFixedWidth(kPicture);
    picture->setAlignment(Qt::AlignTop | Qt::AlignHCenter);
    picture->setObjectName(QStringLiteral("probePicture"));
    picture->setProperty(kMedium, probe.medium);
    showPicture(picture, thumbnails_->get(probe.medium), probe.medium);
    picture->setToolTip(probe.medium);
    QList<ProbeAnswer> given;
    for (const ProbeAnswer& answer : store_->answers())
        if (answer.probe == probe) given << answer;
    std::ranges::stable_sort(
        given, [](const ProbeAnswer& a, const ProbeAnswer& b) { return a.step > b.step; });
    auto* answers = column({.spacing = 8}, {words(probe.question, "heading")});
    if (given.isEmpty())
        answers->addWidget(makeLabel(tr("No checkpoint has been asked yet."), "muted"));
    for (const ProbeAnswer& answer : std::as_const(given)) answers->addLayout(makeRow(answer));
    answers->addStretch(1);
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    row(card, {.margins = {16, 14, 16, 14}, .spacing = 16},
        {{picture, 0, Qt::AlignTop}, {answers, 1}});
    return card;
}

QLayout* ProbePanel::makeRow(const ProbeAnswer& answer) {
    QLabel* step = makeLabel(tr("step %1").arg(QLocale().toString(answer.step)), "small");
    step->setFixedWidth(90);
    step->setAlignment(Qt::AlignTop | Qt::AlignRight);
    QLabel* reply = !answer.problem.isEmpty() ? words(answer.problem, "danger")
                    : answer.reply.isEmpty()  ? words(tr("(an empty reply)"), "body")
                                              : words(answer.reply, "body");
    QPushButton* groups = nullptr;
    if (!answer.groups.isEmpty()) {
        groups = button(tr("Groups"), ButtonRole::Quiet);
        groups->setAccessibleName(tr("Groups of step %1").arg(answer.step));
        connect(groups, &QPushButton::clicked, this, [this, answer] { showGroups(answer); });
    }
    return row({.spacing = 12}, {step, {reply, 1}, {groups, 0, Qt::AlignTop}});
}

void ProbePanel::showGroups(const ProbeAnswer& answer) {
    protocol::TokenGroups groups;
    try {
        groups = protocol::token_groups_from_json(base::parse_json(
            QJsonDocument(answer.groups).toJson(QJsonDocument::Compact).toStdString(),
            "probes.jsonl"));
    } catch (const base::Error& error) {
        return notice_->showNotice(NoticeBar::Kind::Warning, QString::fromUtf8(error.what()));
    }
    auto* dialog = new QDialog(window());
    dialog->setWindowTitle(tr("Groups at step %1").arg(answer.step));
    dialog->resize(640, 620);
    auto* selection = new GroupSelection(dialog);
    auto* view = new PictureView(selection);
    column(dialog, {.margins = {16, 16, 16, 16}},
           {row({.spacing = 8}, {{new GroupsToolbar(selection), 1}, new ViewButton(selection)}),
            {view, 1},
            words(answer.reply, "muted")});
    selection->setGroups(groups);
    const QString shown =
        groups.frames.empty() ? QString() : QString::fromStdString(groups.frames.front().picture);
    // The engine names its own picture, or the medium where it kept none.
    const bool is_kept = shown != QString::fromStdString(groups.source) && QFileInfo::exists(shown);
    const QString medium = answer.probe.medium;
    view->setPicture(is_kept ? readSmallPicture(shown, kLargestSide) : thumbnails_->get(medium));
    if (!is_kept)
        connect(thumbnails_, &Thumbnails::ready, view, [this, view, medium](const QString& file) {
            if (file == medium) view->setPicture(thumbnails_->get(file));
        });
    openOnce(dialog);
}

void ProbePanel::openEditor() {
    if (!store_) return;
    auto* editor =
        new ProbeEditor(store_->probes(), store_->everyCheckpoint(), store_->device(), window());
    connect(editor, &QDialog::accepted, this, [this, editor] {
        setProbes(editor->probes(), editor->everyCheckpoint(), editor->device());
    });
    openOnce(editor);
}

}  // namespace univi::ui
