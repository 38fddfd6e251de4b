#include "ui/evaluation/setup_dialog.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/widgets/build.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {
namespace {

constexpr int kWidth = 680, kHeight = 720, kListHeight = 84, kHintWidth = 420;
constexpr eval::Task kTasks[] = {eval::Task::Image, eval::Task::Video, eval::Task::ScienceQa,
                                 eval::Task::VideoQa, eval::Task::Pope};

/// Shows or hides the form's row of a field, which may stand in a line with its button.
void showRow(QFormLayout* form, QWidget* field, bool on) {
    for (int row = 0; row < form->rowCount(); ++row) {
        QLayoutItem* item = form->itemAt(row, QFormLayout::FieldRole);
        const bool is_it = item && (item->widget() == field ||
                                    (item->layout() && item->layout()->indexOf(field) >= 0));
        if (is_it) form->setRowVisible(row, on);
    }
}

/// A button that Enter does not press.
QPushButton* minorButton(const QString& text) {
    QPushButton* made = button(text);
    made->setAutoDefault(false);
    return made;
}

QLabel* hintLabel(const QString& text) {
    QLabel* hint = wrapped(text, "small");
    hint->setMinimumWidth(kHintWidth);
    return hint;
}

QString hintOf(eval::Task task) {
    switch (task) {
        case eval::Task::Pope:
            return SetupDialog::tr("The three POPE files together make the whole table.");
        case eval::Task::ScienceQa:
            return SetupDialog::tr(
                "LLaVA's question file with problems.json and pid_splits.json beside it.");
        case eval::Task::VideoQa:
            return SetupDialog::tr("The published sets; their names say which column they fill.");
        case eval::Task::Video:
            return SetupDialog::tr("The generic, temporal and consistency sets of Video-ChatGPT.");
        case eval::Task::Image:
            return SetupDialog::tr(
                "The 90 questions; captions, rules and reference answers stand beside them.");
    }
    return {};
}

}  // namespace

SetupDialog::SetupDialog(eval::Task task, const QStringList& recent, QWidget* parent)
    : QDialog(parent),
      problem_(wrapped({}, "small")),
      command_(wrapped({}, "mono")),
      start_(button(tr("Start"), ButtonRole::Primary)),
      copy_(minorButton(tr("Copy the command"))) {
    setWindowTitle(tr("New evaluation"));
    resize(kWidth, kHeight);
    auto* body = new QWidget;
    auto* parts = column(body, {.margins = {32, 24, 32, 8}},
                         {makeLabel(tr("New evaluation"), "title"), Part::space(8)});
    buildFiles(parts);
    buildModel(parts, recent);
    buildJudge(parts);
    parts->addStretch(1);
    command_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    start_->setDefault(true);
    QPushButton* cancel = minorButton(tr("Cancel"));
    column(this, {.margins = {}},
           {{scrollArea(body), 1},
            column({.margins = {32, 8, 32, 24}, .spacing = 12},
                   {command_, row({}, {copy_, {problem_, 1}, cancel, start_})})});
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(start_, &QPushButton::clicked, this, &QDialog::accept);
    connect(copy_, &QPushButton::clicked, this, &SetupDialog::copyCommands);
    for (std::size_t i = 0; i < std::size(kTasks); ++i)
        if (kTasks[i] == task) task_->setCurrentIndex(int(i));
    update();
}

void SetupDialog::copyCommands() {
    QStringList lines;
    const EvaluationSetup now = setup();
    for (const QString& model : now.models) lines << now.command(model);
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
    sayCopied(copy_);
}

void SetupDialog::buildFiles(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("What is asked"));
    task_ = new QComboBox;
    for (const eval::Task task : kTasks) task_->addItem(taskTitle(task), int(task));
    form->addRow(tr("&Task"), task_);
    QLabel* hint = hintLabel(hintOf(eval::Task::Image));
    form->addRow(QString(), hint);
    questions_ = addList(form, tr("&Questions"), tr("Add…"), [this] {
        QFileDialog* dialog =
            makeOpenDialog(this, tr("Question files"), {}, tr("Question files (*.json *.jsonl)"));
        dialog->setFileMode(QFileDialog::ExistingFiles);
        return dialog;
    });
    media_ = addFolder(form, tr("&Media"), tr("Folder of the pictures or clips"));
    connect(task_, &QComboBox::currentIndexChanged, this, [this, hint] {
        const auto task = eval::Task(task_->currentData().toInt());
        hint->setText(hintOf(task));
        shown_folder_ = newEvaluationFolder(task);
        folder_->setText(shown_folder_);
        update();
    });
}

void SetupDialog::buildModel(QVBoxLayout* column, const QStringList& recent) {
    QFormLayout* form = model_form_ = addFormCard(column, tr("Who answers"));
    models_ = addList(form, tr("&Checkpoints"), tr("Add a folder…"),
                      [this] { return makeFolderDialog(this, tr("Model folder"), {}); });
    base_ = addFolder(form, tr("&Base model"), tr("The model it goes on top of"));
    tower_ = addFolder(form, tr("&Vision tower"), tr("The one that the model names"));
    connect(models_, &QListWidget::currentItemChanged, this, &SetupDialog::showParts);
    for (QLineEdit* field : {base_, tower_})
        connect(field, &QLineEdit::textChanged, this, &SetupDialog::takeParts);
    const QString first = recent.isEmpty() ? QString() : recent.first();
    addModel(first, partsOf(first));
    sampling_ = new QComboBox;
    sampling_->addItem(tr("As published: temperature 0.2"), false);
    sampling_->addItem(tr("Greedy: the likeliest word always"), true);
    form->addRow(tr("&Sampling"), sampling_);
    template_ = new QLineEdit;
    template_->setPlaceholderText(tr("The task's own"));
    form->addRow(tr("Te&mplate"), template_);
    device_ = new QComboBox;
    device_->setEditable(true);
    device_->addItems({"auto", "cpu", "cuda", "cuda:0", "cuda:1"});
    dtype_ = new QComboBox;
    dtype_->addItems({"auto", "fp32", "bf16", "fp16", "int8", "int4"});
    addField(form, tr("&Device and type"), device_,
             row({.spacing = 8}, {{device_, 1}, {dtype_, 1}}));
    folder_ = addFolder(form, tr("&Answers go to"), {});
    for (QComboBox* box : {sampling_, device_, dtype_})
        connect(box, &QComboBox::currentTextChanged, this, &SetupDialog::update);
    connect(template_, &QLineEdit::textChanged, this, &SetupDialog::update);
}

void SetupDialog::buildJudge(QVBoxLayout* column) {
    judge_form_ = addFormCard(column, tr("Who judges"));
    judge_hint_ = hintLabel(tr("ScienceQA and POPE are scored without a judge."));
    judge_ = new QComboBox;
    judge_->addItem(tr("Nobody, or the judge files already there"),
                    int(EvaluationSetup::Judge::None));
    judge_->addItem(tr("An OpenAI-compatible endpoint"), int(EvaluationSetup::Judge::Endpoint));
    judge_->addItem(tr("A local model"), int(EvaluationSetup::Judge::Model));
    judge_form_->addRow(tr("&Judge"), judge_);
    address_ = new QLineEdit;
    address_->setPlaceholderText(QStringLiteral("https://api.openai.com/v1"));
    judge_form_->addRow(tr("A&ddress"), address_);
    judge_name_ = new QLineEdit;
    judge_name_->setPlaceholderText(tr("As published for the task"));
    judge_form_->addRow(tr("Its model's &name"), judge_name_);
    judge_model_ = addFolder(judge_form_, tr("Model &folder"), tr("A model that judges"));
    judge_form_->addRow(QString(), judge_hint_);
    connect(judge_, &QComboBox::currentIndexChanged, this, &SetupDialog::update);
    for (QLineEdit* field : {address_, judge_name_})
        connect(field, &QLineEdit::textChanged, this, &SetupDialog::update);
}

void SetupDialog::addModel(const QString& model, const ModelParts& parts) {
    parts_.insert(model, parts);
    auto* item = new QListWidgetItem(model.isEmpty() ? tr("Demo model") : model, models_);
    item->setData(Qt::UserRole, model);
    models_->setCurrentItem(item);
}

/// Shows base and tower of the checkpoint that is chosen in the list; a whole model has neither.
void SetupDialog::showParts() {
    const QListWidgetItem* item = models_->currentItem();
    const QString model = item ? item->data(Qt::UserRole).toString() : QString();
    // A folder that was just added names its base itself.
    if (!model.isEmpty() && !parts_.contains(model)) parts_.insert(model, partsOf(model));
    const ModelParts parts = parts_.value(model);
    const QSignalBlocker quiet(base_), quiet_too(tower_);
    base_->setText(parts.base);
    tower_->setText(parts.tower);
    const bool is_part = item && (needsBase(model) || !parts.base.isEmpty());
    showRow(model_form_, base_, is_part);
    showRow(model_form_, tower_, is_part || !parts.tower.isEmpty());
}

void SetupDialog::takeParts() {
    const QListWidgetItem* item = models_->currentItem();
    if (!item) return;
    parts_[item->data(Qt::UserRole).toString()] = {base_->text().trimmed(),
                                                   tower_->text().trimmed()};
    update();
}

void SetupDialog::setModel(const QString& model, const ModelParts& parts) {
    models_->clear();
    addModel(model, parts);
    update();
}

void SetupDialog::setSetup(const EvaluationSetup& setup) {
    task_->setCurrentIndex(task_->findData(int(setup.task)));
    setFiles(setup.questions, setup.media);
    models_->clear();
    for (const QString& model : setup.models) addModel(model, setup.parts.value(model));
    sampling_->setCurrentIndex(setup.greedy ? 1 : 0);
    template_->setText(setup.conv);
    device_->setCurrentText(setup.device);
    dtype_->setCurrentText(setup.dtype);
    judge_->setCurrentIndex(judge_->findData(int(setup.judge)));
    address_->setText(setup.judge_address);
    judge_name_->setText(setup.judge_name);
    judge_model_->setText(setup.judge_model);
    // It is the same folder, so what was answered before the failure is not asked again.
    folder_->setText(setup.folder);
    update();
}

QListWidget* SetupDialog::addList(QFormLayout* form, const QString& label, const QString& add,
                                  const std::function<QFileDialog*()>& makeDialog) {
    auto* list = new QListWidget;
    list->setObjectName(QStringLiteral("systemText"));
    list->setFixedHeight(kListHeight);
    list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list->setTextElideMode(Qt::ElideMiddle);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QPushButton *more = minorButton(add), *less = minorButton(tr("Remove"));
    addField(
        form, label, list,
        row({.spacing = 8}, {{list, 1}, column({.spacing = 6}, {more, less, Part::stretch()})}));
    connect(more, &QPushButton::clicked, this, [this, list, makeDialog] {
        QFileDialog* dialog = makeDialog();
        connect(dialog, &QFileDialog::filesSelected, this, [this, list](const QStringList& files) {
            for (const QString& file : files) {
                auto* item = new QListWidgetItem(file, list);
                item->setData(Qt::UserRole, file);
                list->setCurrentItem(item);
            }
            update();
        });
        dialog->open();
    });
    connect(less, &QPushButton::clicked, this, [this, list] {
        qDeleteAll(list->selectedItems());
        update();
    });
    return list;
}

QLineEdit* SetupDialog::addFolder(QFormLayout* form, const QString& label,
                                  const QString& placeholder) {
    auto* field = new QLineEdit;
    field->setPlaceholderText(placeholder);
    QToolButton* browse = iconButton("folder", tr("Choose a folder"));
    addField(form, label, field, row({}, {{field, 1}, browse}));
    connect(field, &QLineEdit::textChanged, this, &SetupDialog::update);
    connect(browse, &QToolButton::clicked, this, [this, field] {
        QFileDialog* dialog = makeFolderDialog(this, tr("Choose a folder"), field->text());
        connect(dialog, &QFileDialog::fileSelected, field, &QLineEdit::setText);
        dialog->open();
    });
    return field;
}

EvaluationSetup SetupDialog::setup() const {
    EvaluationSetup out;
    out.task = eval::Task(task_->currentData().toInt());
    for (int i = 0; i < questions_->count(); ++i)
        out.questions << questions_->item(i)->data(Qt::UserRole).toString();
    for (int i = 0; i < models_->count(); ++i)
        out.models << models_->item(i)->data(Qt::UserRole).toString();
    for (const QString& model : std::as_const(out.models)) {
        const ModelParts parts = parts_.value(model);
        if (!parts.base.isEmpty() || !parts.tower.isEmpty()) out.parts.insert(model, parts);
    }
    out.media = media_->text().trimmed();
    out.device = device_->currentText().trimmed();
    out.dtype = dtype_->currentText();
    out.greedy = sampling_->currentData().toBool();
    out.conv = template_->text().trimmed();
    if (taskNeedsJudge(out.task)) out.judge = EvaluationSetup::Judge(judge_->currentData().toInt());
    out.judge_address = address_->text();
    out.judge_name = judge_name_->text();
    out.judge_model = judge_model_->text().trimmed();
    out.folder = folder_->text().trimmed();
    return out;
}

void SetupDialog::setFiles(const QStringList& questions, const QString& media) {
    questions_->clear();
    for (const QString& file : questions) {
        auto* item = new QListWidgetItem(file, questions_);
        item->setData(Qt::UserRole, file);
    }
    media_->setText(media);
    update();
}

void SetupDialog::update() {
    if (!judge_ || !folder_ || !judge_model_) return;
    const EvaluationSetup now = setup();
    const bool judged = taskNeedsJudge(now.task);
    judge_->setEnabled(judged);
    using Judge = EvaluationSetup::Judge;
    showRow(judge_form_, address_, now.judge == Judge::Endpoint);
    showRow(judge_form_, judge_name_, now.judge == Judge::Endpoint);
    showRow(judge_form_, judge_model_, now.judge == Judge::Model);
    judge_hint_->setText(
        !judged ? tr("ScienceQA and POPE are scored without a judge.")
        : now.judge == Judge::Endpoint
            ? tr("Its key comes from UNIVI_JUDGE_KEY, OPENAI_API_KEY or the keyring; it is never "
                 "stored. Questions and answers are sent to this address.")
        : now.task == eval::Task::VideoQa
            ? tr("Without a judge an answer counts when it has the expected words, which is not "
                 "the published metric.")
            : tr("Without a judge the answers are written, but not scored."));
    const QString problem = now.problem();
    QStringList sentences{problem};
    for (const QString& model : now.models)  // why a part of it is not known
        if (const QString why = parts_.value(model).problem; !problem.isEmpty() && !why.isEmpty())
            sentences << why;
    problem_->setText(sentences.join(QLatin1Char(' ')));
    start_->setEnabled(problem.isEmpty());
    copy_->setEnabled(problem.isEmpty());
    command_->setVisible(problem.isEmpty());
    command_->setText(problem.isEmpty() ? now.command(now.models.first()) : QString());
}

}  // namespace univi::ui
