#include "ui/training/setup/option_field.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QToolButton>
#include <algorithm>

#include "ui/training/setup/run_form.h"
#include "ui/training/setup/value_editor.h"
#include "ui/training/tool/labels.h"
#include "ui/widgets/build.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

constexpr int kLabelWidth = 160, kMarkWidth = 3;
constexpr int kBesideFrom = 470;  ///< width from which the label stands beside the editor

/// Returns a help text ("steps between checkpoints") as a sentence, with the default.
QString helpText(const training::OptionFace& face) {
    QString text = optionText(face.row->help);
    // A file's name keeps its first letter.
    if (!text.section(QLatin1Char(' '), 0, 0).contains(QLatin1Char('_')))
        text[0] = text[0].toUpper();
    const QString normal = RunForm::defaultText(QString::fromLatin1(face.row->name));
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    if (face.editor == training::OptionEditor::Switch)
        text = (normal == QLatin1String("True") ? OptionField::tr("%1. Default on.")
                                                : OptionField::tr("%1. Default off."))
                   .arg(text);
    else
        text = normal.isEmpty() ? OptionField::tr("%1.").arg(text)
                                : OptionField::tr("%1. Default %2.").arg(text, normal);
    return withLabels(text);
}

}  // namespace

OptionField::OptionField(RunForm* form, const training::OptionFace& face, QWidget* parent)
    : QWidget(parent),
      form_(form),
      name_(QString::fromLatin1(face.row->name)),
      everyday_(face.everyday),
      grid_(new QGridLayout(this)),
      label_(new QLabel(labelOf(face))),
      note_(new WrapLabel({}, "small")),
      fix_(button({}, ButtonRole::Link)),
      editor_(makeValueEditor(face, labelOf(face))),
      back_(iconButton("redo", tr("Back to the default"))),
      help_text_(helpText(face)) {
    dress();
    place(true);
    searched_ =
        (label_->text() + QLatin1Char(' ') + name_ + QLatin1Char(' ') +
         QString(name_).replace(QLatin1Char('_'), QLatin1Char(' ')) + QLatin1Char(' ') + help_text_)
            .toLower();
    wire();
    refresh();
}

void OptionField::dress() {
    grid_->setContentsMargins(12, 4, 0, 4);
    grid_->setHorizontalSpacing(16);
    grid_->setVerticalSpacing(2);
    label_->setWordWrap(true);
    label_->setBuddy(editor_);
    label_->setToolTip(QStringLiteral("--%1").arg(name_));
    fix_->hide();
    back_->setAccessibleName(tr("%1: back to the default").arg(label_->text()));
    QSizePolicy keeps = back_->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);
    back_->setSizePolicy(keeps);
    for (QWidget* each : parts()) each->setParent(this);
}

void OptionField::wire() {
    connect(editor_, &ValueEditor::edited, this,
            [this](const QString& text) { form_->setText(name_, text); });
    connect(back_, &QToolButton::clicked, this, [this] {
        form_->reset(name_);
        editor_->setFocus();
    });
    connect(fix_, &QPushButton::clicked, this, [this] {
        editor_->setFocus(Qt::OtherFocusReason);  // the button goes away with what it mends
        if (check_) Q_EMIT fixWanted(RunCheck(*check_));
    });
}

/// In the order of the keyboard.
QList<QWidget*> OptionField::parts() const {
    return {label_, editor_, back_, note_, fix_};
}

/// Places label, editor and note side by side or one above the other.
void OptionField::place(bool beside) {
    beside_ = beside;
    for (QWidget* each : parts()) grid_->removeWidget(each);
    label_->setMinimumWidth(beside ? kLabelWidth : 0);
    label_->setMaximumWidth(beside ? kLabelWidth : QWIDGETSIZE_MAX);
    label_->setMinimumHeight(beside ? editor_->sizeHint().height() : 0);
    const int first = beside ? 0 : 1, column = beside ? 1 : 0;
    grid_->addWidget(label_, 0, 0, beside ? Qt::AlignTop | Qt::AlignLeft : Qt::Alignment());
    grid_->addWidget(editor_, first, column);
    grid_->addWidget(back_, first, column + 1);
    grid_->addWidget(note_, first + 1, column, 1, 2);
    grid_->addWidget(fix_, first + 2, column, 1, 2, Qt::AlignLeft);
    for (int i = 0; i < 3; ++i) grid_->setColumnStretch(i, i == column ? 1 : 0);
}

void OptionField::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (const bool beside = width() >= kBesideFrom; beside != beside_) place(beside);
}

bool OptionField::isChanged() const {
    return form_->isChanged(name_) || !form_->problem(name_).isEmpty();
}

bool OptionField::isWrong() const {
    return !form_->problem(name_).isEmpty() || (check_ && check_->level == RunCheck::Level::Error);
}

QString OptionField::note() const {
    return note_->text();
}

bool OptionField::matches(const QString& search) const {
    const QStringList words = search.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [this](const QString& word) { return searched_.contains(word); });
}

void OptionField::setCheck(const std::optional<RunCheck>& check) {
    check_ = check;
    showNote();
}

void OptionField::refresh() {
    editor_->setText(form_->shownText(name_));
    back_->setVisible(isChanged());
    label_->setAccessibleDescription(isChanged() ? tr("differs from the default") : QString());
    showNote();
}

void OptionField::showNote() {
    const QString problem = form_->problem(name_);
    const bool warns = problem.isEmpty() && check_ && check_->level == RunCheck::Level::Warning;
    const QString text = !problem.isEmpty()   ? withLabels(problem)
                         : isWrong() || warns ? check_->sentence
                                              : help_text_;
    editor_->setWrong(isWrong());
    note_->setText(text);
    const QString type = isWrong() ? QStringLiteral("dangerSmall")
                         : warns   ? QStringLiteral("warningSmall")
                                   : QStringLiteral("small");
    if (note_->property("type").toString() != type) {
        note_->setProperty("type", type);
        restyle(note_);
    }
    if (QWidget* inner = editor_->focusProxy()) inner->setAccessibleDescription(text);
    const bool mends =
        problem.isEmpty() && check_ && (isWrong() || warns) && !check_->changes.isEmpty();
    fix_->setText(mends ? QString(check_->action).replace(QLatin1Char('&'), QStringLiteral("&&"))
                        : QString());
    fix_->setAccessibleDescription(mends ? check_->sentence : QString());
    fix_->setVisible(mends);
    update();
}

/// Paints a bar at the left when the option differs from its default or is wrong.
void OptionField::paintEvent(QPaintEvent*) {
    if (!isChanged() && !isWrong()) return;
    const Palette& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isWrong() ? palette.danger : palette.accent);
    painter.drawRoundedRect(QRectF(0, 6, kMarkWidth, height() - 12), 1.5, 1.5);
}

}  // namespace univi::ui
