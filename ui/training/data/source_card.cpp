#include "ui/training/data/source_card.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/widgets/build.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {
namespace {

constexpr int kMostTimes = 100, kNameWidth = 130;

constexpr Room kLine{.margins = {0, 0, 0, 0}, .spacing = 6};

}  // namespace

SourceCard::SourceCard(const SourceEntry& source, Resolve resolve, bool read_only, QWidget* parent)
    : QFrame(parent),
      resolve_(std::move(resolve)),
      read_only_(read_only),
      times_(new QSpinBox),
      absolute_(new QCheckBox(tr("Media by absolute paths"))),
      rows_(new QVBoxLayout) {
    setObjectName(QStringLiteral("card"));
    rows_->setSpacing(6);
    buildWeight(source.times);
    absolute_->setChecked(source.allow_absolute_media);
    absolute_->setEnabled(!read_only_);
    absolute_->setToolTip(tr("The items may name pictures and videos anywhere on this machine"));
    column(this, {.margins = {14, 12, 14, 12}, .spacing = 8},
           {buildConversations(source.chat_path), rows_, absolute_, buildButtons()});
    for (const auto& [name, folder] : source.folders) addFolder(name, folder);
    connect(times_, &QSpinBox::valueChanged, this, &SourceCard::edited);
    connect(absolute_, &QCheckBox::toggled, this, &SourceCard::edited);
}

QWidget* SourceCard::buildConversations(const QString& path) {
    auto* label = new QLabel(tr("Conversations"));
    label->setMinimumWidth(kNameWidth);
    auto* line = new QWidget;
    row(line, kLine, {label});
    chat_ = makePathEdit(path, true, line);
    label->setBuddy(chat_);
    return line;
}

void SourceCard::buildWeight(int times) {
    times_->setRange(1, kMostTimes);
    times_->setValue(times);
    times_->setSuffix(tr(" × an epoch"));
    times_->setMinimumWidth(120);
    times_->setEnabled(!read_only_);
    times_->setAccessibleName(tr("How often an epoch goes through it"));
    times_->setToolTip(tr("Its weight: how often an epoch goes through it"));
}

QLayout* SourceCard::buildButtons() {
    QPushButton *add = button(tr("Folder of media"), ButtonRole::Quiet, "plus"),
                *remove = button(tr("Remove the source"), ButtonRole::Quiet);
    for (QPushButton* each : {add, remove})
        if (read_only_) each->hide();
    connect(add, &QPushButton::clicked, this, [this] {
        addFolder(tr("media%1").arg(folders_.size() + 1), {});
        folders_.last().folder->setFocus();
        Q_EMIT edited();
    });
    connect(remove, &QPushButton::clicked, this, &SourceCard::removeRequested);
    return row({}, {add, Part::stretch(), times_, remove});
}

QLineEdit* SourceCard::makePathEdit(const QString& text, bool is_file, QWidget* line) {
    auto* edit = new QLineEdit(text);
    edit->setReadOnly(read_only_);
    edit->setPlaceholderText(is_file ? tr("JSON list or JSON Lines of conversations")
                                     : tr("Folder"));
    QToolButton* browse = iconButton(
        "folder", is_file ? tr("Choose the list of conversations") : tr("Choose the folder"));
    line->layout()->addWidget(edit);
    static_cast<QHBoxLayout*>(line->layout())->setStretchFactor(edit, 1);
    line->layout()->addWidget(browse);
    // Without a parent it would be a window for a moment and take the focus.
    browse->setVisible(!read_only_);
    connect(edit, &QLineEdit::textEdited, this, [this, edit, is_file] {
        mark(edit, is_file);
        Q_EMIT edited();
    });
    connect(browse, &QToolButton::clicked, this, [this, edit, is_file] {
        const QString from = resolve_(edit->text());
        QFileDialog* dialog = is_file ? makeOpenDialog(window(), tr("List of conversations"), from,
                                                       tr("JSON and JSON Lines (*.json *.jsonl)"))
                                      : makeFolderDialog(window(), tr("Folder of media"), from);
        // The line edit is the context, since it may be gone by then.
        connect(dialog, &QFileDialog::fileSelected, edit, [this, edit, is_file](const QString& to) {
            edit->setText(to);
            mark(edit, is_file);
            Q_EMIT edited();
        });
        dialog->open();
    });
    mark(edit, is_file);
    return edit;
}

/// Writes a path that leads nowhere in the colour of danger.
void SourceCard::mark(QLineEdit* edit, bool is_file) {
    const QFileInfo info(resolve_(edit->text()));
    const bool good = edit->text().isEmpty() || (is_file ? info.isFile() : info.isDir());
    edit->setProperty("invalid", !good);
    edit->setToolTip(good ? edit->text() : tr("%1 is not there").arg(info.filePath()));
    restyle(edit);
}

void SourceCard::addFolder(const QString& name, const QString& folder) {
    FolderRow row{new QWidget, new QLineEdit(name), nullptr};
    auto* line = ui::row(row.widget, kLine, {row.name});
    row.name->setFixedWidth(kNameWidth);
    row.name->setReadOnly(read_only_);
    row.name->setAccessibleName(tr("Name of the folder"));
    row.folder = makePathEdit(folder, false, row.widget);
    row.folder->setAccessibleName(tr("Folder of media"));
    QToolButton* remove = iconButton("close", tr("Remove the folder"));
    line->addWidget(remove);
    remove->setVisible(!read_only_);
    rows_->addWidget(row.widget);
    folders_.append(row);
    connect(row.name, &QLineEdit::textEdited, this, &SourceCard::edited);
    connect(remove, &QToolButton::clicked, this, [this, widget = row.widget] {
        folders_.removeIf([widget](const FolderRow& each) { return each.widget == widget; });
        widget->hide();
        widget->deleteLater();
        Q_EMIT edited();
    });
}

SourceEntry SourceCard::source() const {
    SourceEntry source{chat_->text().trimmed(), {}, times_->value(), absolute_->isChecked()};
    for (const FolderRow& row : folders_)
        source.folders.append({row.name->text().trimmed(), row.folder->text().trimmed()});
    return source;
}

}  // namespace univi::ui
