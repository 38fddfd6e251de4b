#include "ui/training/data/datasets_editor.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "ui/training/data/source_card.h"
#include "ui/widgets/build.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {
namespace {

constexpr int kListWidth = 200, kListHeight = 260, kLeastListHeight = 120;
constexpr int kBesideFrom = 520;  ///< width from which the sources stand beside the list of sets

QString publishedList() {
    try {
        return QString::fromStdString(
            (base::resources_folder() / "training" / "datasets.json").string());
    } catch (const base::Error&) {
        return {};
    }
}

}  // namespace

DatasetsEditor::DatasetsEditor(QWidget* parent)
    : QWidget(parent),
      path_(new QLineEdit),
      data_path_(new QLineEdit),
      data_path_line_(new QWidget),
      save_(button(tr("&Save"))),
      add_set_(button(tr("Data set"), ButtonRole::Quiet, "plus")),
      remove_set_(button(tr("Remove"), ButtonRole::Quiet)),
      add_source_(button(tr("Source"), ButtonRole::Quiet, "plus")),
      hint_(wrapped({}, "small")),
      notice_(new NoticeBar),
      sets_(new QListWidget),
      cards_layout_(new QVBoxLayout) {
    column(this, {.margins = {}, .spacing = 10},
           {buildFileLine(), buildDataPath(), hint_, notice_, buildSets()});
    notice_->hide();
    load();
}

QLayout* DatasetsEditor::buildFileLine() {
    path_->setReadOnly(true);
    path_->setPlaceholderText(tr("The published data sets"));
    path_->setAccessibleName(tr("Datasets file"));
    QPushButton *open = button(tr("&Open…")), *fresh = button(tr("&New…"));
    connect(open, &QPushButton::clicked, this, &DatasetsEditor::openFile);
    connect(fresh, &QPushButton::clicked, this, &DatasetsEditor::newFile);
    connect(save_, &QPushButton::clicked, this, &DatasetsEditor::save);
    return row({}, {{path_, 1}, open, fresh, save_});
}

QWidget* DatasetsEditor::buildDataPath() {
    auto* label = new QLabel(tr("&Folder for ${PATH}"));
    label->setBuddy(data_path_);
    data_path_->setPlaceholderText(tr("Where the published data lie"));
    QToolButton* browse = iconButton("folder", tr("Choose the data folder"));
    row(data_path_line_, {.margins = {}}, {label, {data_path_, 1}, browse});
    connect(data_path_, &QLineEdit::editingFinished, this, [this] {
        if (data_path_->text().toStdString() != options_.data_path)
            Q_EMIT chosen(QStringLiteral("data_path"), data_path_->text());
    });
    connect(browse, &QToolButton::clicked, this, [this] {
        QFileDialog* dialog = makeFolderDialog(window(), tr("Data folder"), data_path_->text());
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
            Q_EMIT chosen(QStringLiteral("data_path"), folder);
        });
        dialog->open();
    });
    return data_path_line_;
}

QLayout* DatasetsEditor::buildSets() {
    sets_->setObjectName(QStringLiteral("setList"));
    sets_->setMaximumWidth(kListWidth);
    sets_->setMinimumHeight(kLeastListHeight);
    sets_->setAccessibleName(tr("Data sets: ticked ones are trained on"));
    cards_layout_->setSpacing(10);
    sets_line_ =
        row({.spacing = 16},
            {column({}, {{sets_, 1}, row({}, {add_set_, remove_set_})}),
             {column({}, {cards_layout_, {add_source_, 0, Qt::AlignLeft}, Part::stretch()}), 1}});
    connect(sets_, &QListWidget::currentRowChanged, this, &DatasetsEditor::showSources);
    connect(sets_, &QListWidget::itemChanged, this, &DatasetsEditor::renameSet);
    connect(add_set_, &QPushButton::clicked, this, &DatasetsEditor::addSet);
    connect(remove_set_, &QPushButton::clicked, this, &DatasetsEditor::removeSet);
    connect(add_source_, &QPushButton::clicked, this, &DatasetsEditor::addSource);
    return sets_line_;
}

void DatasetsEditor::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool beside = width() >= kBesideFrom;
    sets_line_->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    sets_->setMaximumWidth(beside ? kListWidth : QWIDGETSIZE_MAX);
    sets_->setFixedHeight(beside ? kListHeight : kLeastListHeight);
}

void DatasetsEditor::setOptions(const training::TrainOptions& options) {
    options_ = options;
    const QString file = QString::fromStdString(options.datasets);
    data_path_->setText(QString::fromStdString(options.data_path));
    if (file != file_ && !is_changed_) {
        file_ = file;
        load();
    } else {
        showSets();
    }
}

void DatasetsEditor::load() {
    content_ = {};
    notice_->hide();
    const QString from = file_.isEmpty() ? publishedList() : file_;
    try {
        if (!from.isEmpty() && (file_.isEmpty() || QFileInfo::exists(file_)))
            content_ = DatasetsFile::read(from);
        if (!file_.isEmpty() && !QFileInfo::exists(file_))
            notice_->showNotice(NoticeBar::Kind::Warning,
                                tr("%1 is not there yet: add a data set and save.").arg(file_));
    } catch (const base::Error& error) {
        notice_->showNotice(NoticeBar::Kind::Error, QString::fromUtf8(error.what()));
    }
    path_->setText(file_);
    setChanged(false);
    showSets();
}

void DatasetsEditor::setContent(const DatasetsFile& content) {
    content_ = content;
    setChanged(true);
    showSets();
}

void DatasetsEditor::openFile() {
    QFileDialog* dialog = makeOpenDialog(window(), tr("Datasets file"), file_, tr("JSON (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this, &DatasetsEditor::goOnWith);
    dialog->open();
}

/// Edits another file; unsaved changes of this one are given up.
void DatasetsEditor::goOnWith(const QString& file) {
    setChanged(false);
    Q_EMIT chosen(QStringLiteral("datasets"), file);
}

void DatasetsEditor::newFile() {
    QFileDialog* dialog =
        makeSaveDialog(window(), tr("New datasets file"), QStringLiteral("datasets"),
                       {tr("JSON (*.json)")}, QDir::currentPath());
    connect(dialog, &QFileDialog::fileSelected, this, &DatasetsEditor::goOnWith);
    dialog->open();
}

bool DatasetsEditor::save() {
    const QString problem = content_.problem();
    if (!problem.isEmpty()) return notice_->showNotice(NoticeBar::Kind::Warning, problem), false;
    if (file_.isEmpty()) return false;
    try {
        content_.write(file_);
    } catch (const base::Error& error) {
        return notice_->showNotice(NoticeBar::Kind::Error, QString::fromUtf8(error.what())), false;
    }
    notice_->hide();
    setChanged(false);
    Q_EMIT saved(file_);
    return true;
}

void DatasetsEditor::setChanged(bool changed) {
    is_changed_ = changed;
    save_->setEnabled(changed && !file_.isEmpty());
}

int DatasetsEditor::current() const {
    const int row = sets_->currentRow();
    return row >= 0 && row < content_.sets.size() ? row : -1;
}

void DatasetsEditor::showSets() {
    filling_ = true;
    const int before = std::max(0, sets_->currentRow());
    const QStringList used =
        QString::fromStdString(options_.dataset_use).split(QLatin1Char('+'), Qt::SkipEmptyParts);
    sets_->clear();
    int first_used = -1;
    for (const DataSetEntry& set : content_.sets) {
        auto* item = new QListWidgetItem(set.name, sets_);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable |
                       (file_.isEmpty() ? Qt::NoItemFlags : Qt::ItemIsEditable));
        item->setCheckState(used.contains(set.name) ? Qt::Checked : Qt::Unchecked);
        if (used.contains(set.name) && first_used < 0) first_used = sets_->count() - 1;
    }
    sets_->setCurrentRow(first_used >= 0 && before == 0 ? first_used
                                                        : std::min(before, sets_->count() - 1));
    const bool own = !file_.isEmpty();
    for (QPushButton* each : {add_set_, remove_set_, add_source_}) each->setVisible(own);
    remove_set_->setEnabled(!content_.sets.isEmpty());
    data_path_line_->setVisible(!own || !options_.data_path.empty());
    hint_->setText(
        own ? tr("Ticked data sets are trained on. Paths may be relative to the file.")
            : tr("These are the published data sets. Open a file of your own, or make a new one."));
    filling_ = false;
    showSources();
}

void DatasetsEditor::showSources() {
    if (filling_) return;
    for (SourceCard* card : std::as_const(cards_)) card->hide(), card->deleteLater();
    cards_.clear();
    add_source_->setEnabled(current() >= 0);
    if (current() < 0) return;
    for (const SourceEntry& source : content_.sets[current()].sources) {
        auto* card = new SourceCard(
            source, [this](const QString& text) { return resolve(text); }, file_.isEmpty());
        cards_layout_->addWidget(card);
        cards_.append(card);
        connect(card, &SourceCard::edited, this, &DatasetsEditor::takeSources);
        connect(card, &SourceCard::removeRequested, this, [this, card] {
            cards_.removeOne(card);
            card->hide();
            card->deleteLater();
            takeSources();
        });
    }
}

void DatasetsEditor::takeSources() {
    if (current() < 0) return;
    QList<SourceEntry> sources;
    for (const SourceCard* card : std::as_const(cards_)) sources << card->source();
    content_.sets[current()].sources = sources;
    setChanged(true);
}

void DatasetsEditor::addSource() {
    if (current() < 0) return;
    content_.sets[current()].sources.append(SourceEntry{});
    setChanged(true);
    showSources();
}

void DatasetsEditor::addSet() {
    QString name = tr("mine");
    for (int i = 2; content_.names().contains(name); ++i) name = tr("mine%1").arg(i);
    content_.sets.append(DataSetEntry{name, {SourceEntry{}}});
    setChanged(true);
    showSets();
    sets_->setCurrentRow(sets_->count() - 1);
    if (options_.dataset_use.empty()) Q_EMIT chosen(QStringLiteral("dataset_use"), name);
    sets_->editItem(sets_->currentItem());
}

void DatasetsEditor::removeSet() {
    if (current() < 0) return;
    content_.sets.removeAt(current());
    setChanged(true);
    showSets();
    takeTicks();
}

/// Takes a changed text or tick of an item.
void DatasetsEditor::renameSet(QListWidgetItem* item) {
    const int row = sets_->row(item);
    if (filling_ || row < 0 || row >= content_.sets.size()) return;
    if (content_.sets[row].name != item->text()) {
        content_.sets[row].name = item->text().trimmed();
        setChanged(true);
    }
    takeTicks();
}

void DatasetsEditor::takeTicks() {
    QStringList used;
    for (int i = 0; i < sets_->count(); ++i)
        if (sets_->item(i)->checkState() == Qt::Checked) used << sets_->item(i)->text().trimmed();
    const QString use = used.join(QLatin1Char('+'));
    if (use.toStdString() != options_.dataset_use)
        Q_EMIT chosen(QStringLiteral("dataset_use"), use);
}

/// Fills ${NAME} and makes the path absolute, as find_sources() does.
QString DatasetsEditor::resolve(const QString& text) const {
    QString path = text;
    if (!options_.data_path.empty())
        path.replace(QLatin1String("${PATH}"), QString::fromStdString(options_.data_path));
    const QDir base = QFileInfo(file_.isEmpty() ? publishedList() : file_).absoluteDir();
    for (const auto& [name, folder] : content_.paths)
        path.replace(QStringLiteral("${%1}").arg(name), base.filePath(folder));
    return base.filePath(path);
}

}  // namespace univi::ui
