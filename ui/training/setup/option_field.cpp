#include "ui/training/setup/option_field.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QToolButton>
#include <algorithm>

#include "ui/training/setup/run_form.h"
#include "ui/training/setup/value_editor.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/page_column.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kLabelWidth = 190, kMarkWidth = 3;

/// "steps between checkpoints" as a sentence, with the default.
QString helpText(const training::OptionFace& face) {
    QString text = QString::fromUtf8(face.row->help);
    // A file's name stays as it is.
    if (!text.section(QLatin1Char(' '), 0, 0).contains(QLatin1Char('_'))) text[0] = text[0].toUpper();
    const QString normal = RunForm::defaultText(QString::fromLatin1(face.row->name));
    if (!text.endsWith(QLatin1Char('.'))) text += QLatin1Char('.');
    if (face.editor == training::OptionEditor::Switch)
        text += normal == QLatin1String("True") ? OptionField::tr(" Default on.") : OptionField::tr(" Default off.");
    else if (!normal.isEmpty())
        text += OptionField::tr(" Default %1.").arg(normal);
    return text;
}

}  // namespace

OptionField::OptionField(RunForm* form, const training::OptionFace& face, QWidget* parent)
    : QWidget(parent),
      form_(form),
      name_(QString::fromLatin1(face.row->name)),
      everyday_(face.everyday),
      label_(new QLabel(QString::fromStdString(face.label))),
      help_(makeLabel({}, "small")),
      editor_(makeValueEditor(face, QString::fromStdString(face.label))),
      back_(new QToolButton),
      help_text_(helpText(face)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12, 4, 0, 4);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(2);
    label_->setMinimumWidth(kLabelWidth);
    label_->setMaximumWidth(kLabelWidth);
    label_->setWordWrap(true);
    label_->setBuddy(editor_);
    label_->setToolTip(QStringLiteral("--%1").arg(name_));
    help_->setWordWrap(true);
    back_->setIcon(icon(QStringLiteral("redo")));
    back_->setToolTip(tr("Back to the default"));
    back_->setAccessibleName(tr("%1: back to the default").arg(label_->text()));
    QSizePolicy keeps = back_->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);
    back_->setSizePolicy(keeps);
    grid->addWidget(label_, 0, 0, Qt::AlignTop | Qt::AlignLeft);
    label_->setMinimumHeight(editor_->sizeHint().height());
    grid->addWidget(editor_, 0, 1);
    grid->addWidget(back_, 0, 2);
    grid->addWidget(help_, 1, 1, 1, 2);
    grid->setColumnStretch(1, 1);
    searched_ = (label_->text() + QLatin1Char(' ') + name_ + QLatin1Char(' ') + QString(name_).replace(QLatin1Char('_'), QLatin1Char(' ')) +
                 QLatin1Char(' ') + help_text_)
                    .toLower();
    connect(editor_, &ValueEditor::edited, this, [this](const QString& text) { form_->setText(name_, text); });
    connect(back_, &QToolButton::clicked, this, [this] {
        form_->reset(name_);
        editor_->setFocus();
    });
    refresh();
}

bool OptionField::isChanged() const {
    return form_->isChanged(name_) || !form_->problem(name_).isEmpty();
}

bool OptionField::matches(const QString& search) const {
    const QStringList words = search.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [this](const QString& word) { return searched_.contains(word); });
}

void OptionField::refresh() {
    const QString problem = form_->problem(name_);
    editor_->setText(form_->shownText(name_));
    editor_->setWrong(!problem.isEmpty());
    help_->setText(problem.isEmpty() ? help_text_ : problem);
    const QString type = problem.isEmpty() ? QStringLiteral("small") : QStringLiteral("dangerSmall");
    if (help_->property("type").toString() != type) {
        help_->setProperty("type", type);
        help_->style()->unpolish(help_);
        help_->style()->polish(help_);
    }
    back_->setVisible(isChanged());
    label_->setAccessibleDescription(isChanged() ? tr("differs from the default") : QString());
    update();
}

/// A bar at the left says that the option differs from its default.
void OptionField::paintEvent(QPaintEvent*) {
    if (!isChanged()) return;
    const Palette& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(form_->problem(name_).isEmpty() ? palette.accent : palette.danger);
    painter.drawRoundedRect(QRectF(0, 6, kMarkWidth, height() - 12), 1.5, 1.5);
}

}  // namespace univi::ui
