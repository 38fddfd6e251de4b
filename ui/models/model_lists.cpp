#include "ui/models/model_lists.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/paths.h"
#include "core/base/resident_memory.h"
#include "ui/models/choice_button.h"
#include "ui/models/model_chooser.h"
#include "ui/models/model_names.h"
#include "ui/models/model_shelf.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {
namespace {

constexpr int kMenuSide = 32;

QVBoxLayout* makeList() {
    auto* list = new QVBoxLayout;
    list->setSpacing(8);
    return list;
}

bool canBeWritten(const CachedModel& model) {
    return model.facts.kind == ModelFacts::Kind::Whole ||
           model.facts.kind == ModelFacts::Kind::TextOnly;
}

}  // namespace

ModelLists::ModelLists(ModelChooser* chooser, ModelShelf* shelf, QWidget* parent)
    : QWidget(parent),
      chooser_(chooser),
      shelf_(shelf),
      recent_(makeList()),
      cached_(makeList()),
      folders_(makeList()),
      cached_heading_(makeLabel(tr("In the Hugging Face cache"), "heading")) {
    QPushButton* watch = button(tr("&Watch a folder…"));
    watch->setObjectName(QStringLiteral("watchFolder"));
    watch->setToolTip(tr("Lists the models in a folder, also those that come later"));
    connect(watch, &QPushButton::clicked, this, [this] {
        QFileDialog* dialog = makeFolderDialog(window(), tr("Folder with models"), {});
        connect(dialog, &QFileDialog::fileSelected, shelf_, &ModelShelf::watch);
        dialog->open();
    });
    column(this, {.margins = {}, .spacing = 8},
           {row({.margins = {}, .spacing = 8},
                {makeLabel(tr("Open another"), "heading"), Part::stretch(), watch}),
            recent_, Part::space(8), folders_, cached_heading_, cached_});
    cached_heading_->hide();
    connect(chooser_, &ModelChooser::recentChanged, this, &ModelLists::showRecent);
    connect(shelf_, &ModelShelf::changed, this, &ModelLists::showShelf);
    showRecent();
}

void ModelLists::addRow(QVBoxLayout* list, ChoiceButton* choice, const QString& given,
                        const QString& folder, bool canBeWritten) {
    connect(choice, &QPushButton::clicked, chooser_,
            [this, given] { chooser_->loadFolder(given); });
    QToolButton* more = iconButton("more", tr("More about %1").arg(choice->name()), kMenuSide);
    more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(more);
    more->setMenu(menu);
    fillMenu(menu, given, folder, canBeWritten);
    list->addWidget(rowWidget({.margins = {}, .spacing = 4}, {{choice, 1}, more}));
}

void ModelLists::addModel(QVBoxLayout* list, const CachedModel& model, const QString& given) {
    const QString facts = factsText(model.facts);
    const QString fit = fitText(model.facts, base::machine_memory());
    auto* choice = new ChoiceButton(QStringLiteral("models"), model.name, facts);
    QStringList lines{facts, fit, model.folder};
    lines.removeAll(QString());
    choice->setAccessibleDescription(fit);
    choice->setToolTip(lines.join(u'\n'));
    addRow(list, choice, given, model.folder, canBeWritten(model));
}

void ModelLists::fillMenu(QMenu* menu, const QString& given, const QString& folder,
                          bool canBeWritten) {
    menu->addAction(tr("Load"), chooser_, [this, given] { chooser_->loadFolder(given); });
    menu->addAction(tr("Verify"), this,
                    [this, given] { Q_EMIT taskRequested(ModelTask::Kind::Verify, given, {}); });
    if (!folder.isEmpty())
        menu->addAction(tr("Open its folder"), this,
                        [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    if (!canBeWritten) return;
    menu->addSeparator();
    const auto add = [&](const QString& text, ModelTask::Kind kind) {
        menu->addAction(text, this, [this, kind, given] { write(kind, given); });
    };
    add(tr("Write in int8…"), ModelTask::Kind::Quantize8);
    add(tr("Write in int4…"), ModelTask::Kind::Quantize4);
    add(tr("Write as one folder…"), ModelTask::Kind::Convert);
}

/// The folder appears when it is whole; until then nothing of it is there.
void ModelLists::write(ModelTask::Kind kind, const QString& model) {
    const QString suffix = kind == ModelTask::Kind::Quantize8   ? QStringLiteral("-int8")
                           : kind == ModelTask::Kind::Quantize4 ? QStringLiteral("-int4")
                                                                : QStringLiteral("-whole");
    QFileDialog* dialog =
        makeFolderDialog(window(), tr("Folder that the new model's folder is made in"), {});
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, kind, model, suffix](const QString& folder) {
                const QString name = modelName(model).name;
                Q_EMIT taskRequested(kind, model, folder + u'/' + name + suffix);
            });
    dialog->open();
}

void ModelLists::showRecent() {
    clearLayout(recent_);
    auto* open = new ChoiceButton(QStringLiteral("folder"), tr("Open a model folder…"), {});
    connect(open, &QPushButton::clicked, this, [this] { chooser_->openDialog(window()); });
    recent_->addWidget(open);
    addRow(
        recent_,
        new ChoiceButton(QStringLiteral("spark"), tr("Demo model"), tr("Comes with the program")),
        {}, {}, false);
    for (const QString& folder : chooser_->recent()) {
        if (isOnShelf(folder)) continue;  // stands in the lists below
        const ModelName model = modelName(folder);
        auto* choice = new ChoiceButton(QStringLiteral("models"), model.name, model.place);
        choice->setToolTip(folder);
        addRow(recent_, choice, folder, folder, true);
    }
}

void ModelLists::showShelf() {
    clearLayout(cached_);
    clearLayout(folders_);
    cached_heading_->setVisible(!shelf_->cached().isEmpty());
    for (const CachedModel& model : shelf_->cached()) addModel(cached_, model, model.name);
    for (const WatchedFolder& folder : shelf_->folders()) {
        folders_->addWidget(folderHeading(folder.folder, folder.is_there));
        for (const CachedModel& model : folder.models) addModel(folders_, model, model.folder);
        if (folder.is_there && folder.models.isEmpty())
            folders_->addWidget(makeLabel(tr("No model lies in it."), "muted"));
        folders_->addSpacing(8);
    }
    showRecent();
}

QWidget* ModelLists::folderHeading(const QString& folder, bool isThere) {
    auto* name = new ElidedLabel(isThere ? folder : tr("%1 (not there now)").arg(folder));
    setType(name, "heading");
    name->setElideMode(Qt::ElideMiddle);
    QPushButton* forget = button(tr("Forget"), ButtonRole::Quiet);
    forget->setAccessibleName(tr("List the models of %1 no more").arg(folder));
    forget->setToolTip(tr("List its models no more; the files stay"));
    connect(
        forget, &QPushButton::clicked, shelf_, [this, folder] { shelf_->forget(folder); },
        Qt::QueuedConnection);
    return rowWidget({.margins = {}, .spacing = 8}, {{name, 1}, forget});
}

bool ModelLists::isOnShelf(const QString& folder) const {
    const auto isIt = [&](const CachedModel& model) {
        return folder == model.name || folder == model.folder;
    };
    return std::ranges::any_of(shelf_->cached(), isIt) ||
           std::ranges::any_of(shelf_->folders(), [&](const WatchedFolder& each) {
               return std::ranges::any_of(each.models, isIt);
           });
}

}  // namespace univi::ui
