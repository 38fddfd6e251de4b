#include "ui/training/setup/run_setup_head.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include "ui/training/setup/preset_menu.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"

namespace univi::ui {
namespace {

constexpr int kNameWidth = 240, kLeastNameWidth = 100;

/// Returns a name that can be a folder's.
QString slug(QString name) {
    name = name.trimmed().toLower();
    name.replace(QRegularExpression(QStringLiteral("[^\\w.-]+")), QStringLiteral("-"));
    while (name.startsWith(QLatin1Char('.')) || name.startsWith(QLatin1Char('-')))
        name.remove(0, 1);
    return name.isEmpty() ? QStringLiteral("run") : name;
}

}  // namespace

RunSetupHead::RunSetupHead(PresetStore* presets, QWidget* parent)
    : QWidget(parent),
      title_(makeLabel(tr("New run"), "title")),
      subtitle_(new ElidedLabel),
      name_(new QLineEdit),
      notice_(new NoticeBar) {
    subtitle_->setProperty("type", QStringLiteral("muted"));
    name_->setPlaceholderText(tr("Name in the list"));
    name_->setAccessibleName(tr("Name of the run"));
    name_->setMinimumWidth(kLeastNameWidth);
    name_->setMaximumWidth(kNameWidth);
    QPushButton* opens = button(tr("&Presets"));
    menu_ = new PresetMenu(presets, opens);
    opens->setMenu(menu_);
    opens->setProperty("dropDown", true);
    opens->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    tools_ = rowWidget({.margins = {}, .spacing = 8}, {Part::stretch(), {name_, 8}, opens});
    column(this, {.spacing = 10},
           {row({.spacing = 10}, {title_, {subtitle_, 1}, {tools_, 1}}), notice_});
}

void RunSetupHead::begin(const QString& begun_with) {
    name_->clear();
    notice_->hide();
    subtitle_->setText(begun_with);
}

void RunSetupHead::showTools(bool on) {
    tools_->setVisible(on);
}

QString RunSetupHead::begunWith() const {
    return subtitle_->text();
}

QString RunSetupHead::name() const {
    return name_->text().trimmed();
}

QString RunSetupHead::proposedName() const {
    return slug(name_->text().isEmpty() ? begunWith() : name_->text());
}

void RunSetupHead::say(NoticeBar::Kind kind, const QString& sentence) {
    notice_->showNotice(kind, sentence);
    if (kind == NoticeBar::Kind::Info) notice_->letPass();
}

}  // namespace univi::ui
