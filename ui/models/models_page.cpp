#include "ui/models/models_page.h"

#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QShowEvent>
#include <QTimer>
#include <QVBoxLayout>
#include <utility>

#include "ui/models/download_list.h"
#include "ui/models/download_row.h"
#include "ui/models/get_models.h"
#include "ui/models/load_form.h"
#include "ui/models/model_chooser.h"
#include "ui/models/model_lists.h"
#include "ui/models/model_places.h"
#include "ui/models/model_shelf.h"
#include "ui/models/task_row.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

constexpr int kLabelWidth = 120;

}  // namespace

ModelsPage::ModelsPage(ModelChooser* chooser, DownloadList* downloads, AppSettings* settings,
                       QWidget* parent)
    : QWidget(parent),
      chooser_(chooser),
      downloads_(downloads),
      problem_(new NoticeBar),
      shelf_(new ModelShelf(settings, this)),
      get_(new GetModels(downloads)) {
    QVBoxLayout* column = makePageColumn(this, tr("Models"));
    for (const Part& part : {Part::space(8), Part(problem_), Part::space(8)}) part.addTo(column);
    buildDownloads(column);
    buildCurrent(column);
    loading_ = new LoadForm(chooser_, column, this);
    auto* lists = new ModelLists(chooser_, shelf_);
    connect(lists, &ModelLists::taskRequested, this, &ModelsPage::startTask);
    for (const Part& part : {Part(lists), Part::space(16), Part(get_), Part::stretch()})
        part.addTo(column);
    connect(chooser_->engine(), &EngineClient::stateChanged, this, &ModelsPage::showModel);
    connect(chooser_->engine(), &EngineClient::modelChanging, this, [this] {
        refused_ = false;
        showModel();
    });
    connect(chooser_->engine(), &EngineClient::answered, this, &ModelsPage::showMemory);
    connect(chooser_->engine(), &EngineClient::restingChanged, this, &ModelsPage::showMemory);
    connect(chooser_, &ModelChooser::refused, this, &ModelsPage::showRefusal);
    showModel();
}

void ModelsPage::buildCurrent(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("Loaded"));
    const auto row = [form](const QString& label) {
        auto* value = new ElidedLabel;
        value->setElideMode(Qt::ElideMiddle);
        QLabel* name = makeLabel(label, "muted");
        name->setMinimumWidth(kLabelWidth);
        form->addRow(name, value);
        return value;
    };
    name_ = row(tr("Name"));
    folder_ = row(tr("Folder"));
    device_ = row(tr("Device and type"));
    places_ = new WrapLabel;
    places_->setObjectName(QStringLiteral("places"));
    form->addRow(makeLabel(tr("What lies where"), "muted"), places_);
    form_ = form;
    weights_ = row(tr("Weights"));
    memory_ = row(tr("Main memory"));
    memory_->setToolTip(
        tr("What the model process uses now: weights, what it computes with, and "
           "the pictures and words it keeps"));
    parameters_ = row(tr("Parameters"));
    context_ = row(tr("Context"));
    unload_ = button(tr("&Unload"), ButtonRole::Plain, "",
                     tr("Its memory is free for other programs then; the next question loads it "
                        "again."));
    unload_->setObjectName(QStringLiteral("unload"));
    connect(unload_, &QPushButton::clicked, chooser_, &ModelChooser::unload);
    form->addRow(univi::ui::row({}, {Part::stretch(), unload_}));
}

/// What is being fetched stands first: it is what a person waits for.
void ModelsPage::buildDownloads(QVBoxLayout* column) {
    download_rows_ = new QVBoxLayout;
    download_rows_->setSpacing(8);
    download_card_ = new QWidget;
    univi::ui::column(download_card_, {.margins = {0, 0, 0, 16}, .spacing = 8},
                      {makeLabel(tr("At work"), "heading"), download_rows_});
    column->addWidget(download_card_);
    showWork();
    for (DownloadJob* job : downloads_->jobs()) addDownload(job);
    connect(downloads_, &DownloadList::added, this, &ModelsPage::addDownload);
    connect(downloads_, &DownloadList::removed, this, &ModelsPage::dropDownload);
    connect(downloads_, &DownloadList::finished, shelf_, &ModelShelf::refresh);
    connect(get_, &GetModels::loadRequested, chooser_, &ModelChooser::loadFolder);
}

void ModelsPage::addDownload(DownloadJob* job) {
    auto* row = new DownloadRow(downloads_, job);
    download_rows_->addWidget(row);
    download_card_->show();
    connect(row, &DownloadRow::loadRequested, chooser_, &ModelChooser::loadFolder);
    reveal(row);
}

/// What was asked for far down the page begins at its top: a person sees that it did.
void ModelsPage::reveal(QWidget* row) {
    if (!isVisible()) return;
    QTimer::singleShot(0, row, [row] {  // as soon as it is laid out
        for (QWidget* above = row->parentWidget(); above; above = above->parentWidget())
            if (auto* area = qobject_cast<QScrollArea*>(above))
                area->ensureWidgetVisible(row, 0, 48);
    });
}

void ModelsPage::dropDownload(DownloadJob* job) {
    for (auto* row : download_card_->findChildren<DownloadRow*>())
        if (row->job() == job) row->deleteLater();  // it may be in its own click
    showWork();
}

void ModelsPage::showWork() {
    download_card_->setVisible(!downloads_->jobs().isEmpty() || tasks_ > 0);
}

void ModelsPage::startTask(ModelTask::Kind kind, const QString& model, const QString& out) {
    auto* row = new TaskRow(new ModelTask(kind, model, out, downloads_->program()));
    download_rows_->addWidget(row);
    ++tasks_;
    showWork();
    connect(row, &TaskRow::loadRequested, chooser_, &ModelChooser::loadFolder);
    reveal(row);
    connect(row->task(), &ModelTask::changed, shelf_, [this, task = row->task()] {
        if (task->state() == ModelTask::State::Done) shelf_->refresh();
    });
    connect(row, &TaskRow::closed, this, [this, row] {
        row->deleteLater();
        --tasks_;
        showWork();
    });
}

void ModelsPage::showModel() {
    const EngineClient& engine = *chooser_->engine();
    const bool ready = engine.state() == EngineClient::State::Ready;
    const protocol::LoadedEvent model = ready ? engine.model() : protocol::LoadedEvent{};
    const QString dash(QChar(0x2013));
    const QLocale locale;
    name_->setText(ready ? QString::fromStdString(model.name)
                   : engine.state() == EngineClient::State::Loading ? tr("Loading…")
                                                                    : tr("None"));
    folder_->setText(ready ? QString::fromStdString(model.model) : dash);
    device_->setText(ready ? deviceText(model) + ", " + QString::fromStdString(model.dtype) : dash);
    const QStringList places = placeLines(model);
    places_->setText(places.join(u'\n'));
    form_->setRowVisible(places_, !places.isEmpty());
    weights_->setText(ready ? bytesText(model.bytes) : dash);
    showMemory();
    loading_->refresh();
    parameters_->setText(ready ? countText(model.parameters) : dash);
    context_->setText(ready ? tr("%1 tokens").arg(locale.toString(model.context)) : dash);
    if (!engine.problem().isEmpty()) {
        problem_->setDismissable(false);
        problem_->showNotice(NoticeBar::Kind::Error, engine.problem());
    } else if (!refused_) {
        problem_->hide();
    }
}

void ModelsPage::showRefusal(const QString& sentence) {
    refused_ = true;
    problem_->setDismissable(true);
    problem_->showNotice(NoticeBar::Kind::Warning, sentence);
}

void ModelsPage::showMemory() {
    const auto used = chooser_->engine()->memoryInUse();
    const EngineClient& engine = *chooser_->engine();
    const bool ready = engine.state() == EngineClient::State::Ready;
    unload_->setEnabled(ready && !engine.isResting());
    if (ready && engine.isResting())
        memory_->setText(tr("None: unloaded, the next question loads it"));
    else
        memory_->setText(ready && used ? tr("%1 in use").arg(bytesText(*used))
                                       : QString(QChar(0x2013)));
}

/// Reads the disk whenever the page opens, since another program may have filled the cache.
void ModelsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (event->spontaneous()) return;  // only uncovered
    showMemory();
    shelf_->refresh();
    get_->refresh();
}

}  // namespace univi::ui
