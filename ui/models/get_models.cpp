#include "ui/models/get_models.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStorageInfo>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/paths.h"
#include "core/base/resident_memory.h"
#include "ui/models/download_list.h"
#include "ui/models/model_chooser.h"
#include "ui/widgets/build.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

/// The cache may not be made yet: then it lies where its nearest folder does.
qint64 freeBytes(std::filesystem::path folder) {
    std::error_code error;
    while (!std::filesystem::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    return QStorageInfo(QString::fromStdString(folder.string())).bytesAvailable();
}

bool isThere(const QString& repository) {
    return base::find_in_hugging_face_cache(repository.toStdString()).has_value();
}

}  // namespace

GetModels::GetModels(DownloadList* list, QWidget* parent)
    : QWidget(parent),
      list_(list),
      place_(new WrapLabel({}, "small")),
      problem_(new WrapLabel({}, "danger")) {
    QVBoxLayout* rows = column(
        this, {.margins = {}, .spacing = 8},
        {makeLabel(tr("Get a model"), "heading"), makeField(), problem_, place_, Part::space(4)});
    for (const OfferedModel& model : offeredModels()) rows->addWidget(makeOffer(model));
    problem_->hide();
    problem_->setObjectName(QStringLiteral("downloadProblem"));
    connect(list_, &DownloadList::refused, this, [this](const QString& sentence) {
        problem_->setText(sentence);
        problem_->show();
    });
    const auto show = [this] { showOffers(); };
    connect(list_, &DownloadList::added, this, show);
    connect(list_, &DownloadList::removed, this, [this] { refresh(); });
    connect(list_, &DownloadList::finished, this, [this] { refresh(); });
    refresh();
}

QWidget* GetModels::makeField() {
    field_ = new QLineEdit;
    field_->setObjectName(QStringLiteral("repository"));
    field_->setPlaceholderText(tr("owner/name, or an address of huggingface.co"));
    field_->setAccessibleName(tr("Model of the hub"));
    field_->setClearButtonEnabled(true);
    auto* get = button(tr("&Get"));
    get->setObjectName(QStringLiteral("getRepository"));
    const auto ask = [this] { this->get(field_->text()); };
    connect(get, &QPushButton::clicked, this, ask);
    connect(field_, &QLineEdit::returnPressed, this, ask);
    connect(field_, &QLineEdit::textEdited, this, [this] { problem_->hide(); });
    return rowWidget({.margins = {}, .spacing = 8}, {{field_, 1}, get});
}

QWidget* GetModels::makeOffer(const OfferedModel& model) {
    auto* card = new QFrame;
    setLook(card, "card");
    auto* name = makeLabel(model.name, "heading");
    auto* size =
        new WrapLabel(tr("About %1  ·  %2").arg(bytesText(model.download), model.licence), "small");
    const QString fit = fitText(model, base::machine_memory());
    auto* fits = fit.isEmpty() ? nullptr : new WrapLabel(fit, "small");
    auto* get = button(tr("Get"));
    get->setMinimumWidth(96);
    card->setToolTip(model.repository);
    row(card, {.margins = {20, 12, 20, 12}, .spacing = 16},
        {{columnWidget({.margins = {}, .spacing = 3},
                       {name, new WrapLabel(model.what, "muted"), size, fits}),
          1},
         {get, 0, Qt::AlignVCenter}});
    connect(get, &QPushButton::clicked, this,
            [this, repository = model.repository] { onClick(repository); });
    offers_ << Offer{model, get, size, false};
    return card;
}

void GetModels::get(const QString& name) {
    problem_->hide();
    const qsizetype before = list_->jobs().size();
    list_->get(name);
    if (list_->jobs().size() > before) field_->clear();
}

void GetModels::onClick(const QString& repository) {
    const auto offer = std::ranges::find(offers_, repository,
                                         [](const Offer& each) { return each.model.repository; });
    if (offer->is_there)
        Q_EMIT loadRequested(repository);
    else
        get(repository);
}

void GetModels::refresh() {
    const std::filesystem::path cache = base::hugging_face_cache();
    const qint64 free = freeBytes(cache);
    place_->setText(
        tr("Models are kept in %1, which other programs share; %2 are free there. Nothing is "
           "fetched until you ask for it. Private models need a token: Settings, Hugging Face.")
            .arg(QString::fromStdString(cache.string()), bytesText(free)));
    for (Offer& offer : offers_) {
        offer.is_there = isThere(offer.model.repository);
        showSize(offer, free);
    }
    showOffers();
}

void GetModels::showSize(const Offer& offer, qint64 free) const {
    const QString size = bytesText(offer.model.download);
    const bool hasRoom = offer.is_there || offer.model.download <= free;
    offer.size->setText(
        hasRoom ? tr("About %1  ·  %2").arg(size, offer.model.licence)
                : tr("About %1, more than is free  ·  %2").arg(size, offer.model.licence));
}

void GetModels::showOffers() {
    for (const Offer& offer : std::as_const(offers_)) {
        const bool isTower = offer.model.needs.isEmpty();
        const bool isListed = list_->find(offer.model.repository) != nullptr;
        QString text = tr("Get");
        if (offer.is_there)
            text = isTower ? tr("There") : tr("Load");
        else if (isListed)
            text = tr("In the list");
        offer.button->setText(text);
        offer.button->setEnabled(offer.is_there ? !isTower : !isListed);
        offer.button->setAccessibleName(tr("%1: %2").arg(text, offer.model.name));
    }
}

}  // namespace univi::ui
