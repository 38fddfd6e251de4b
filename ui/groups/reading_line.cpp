#include "ui/groups/reading_line.h"

#include <QLabel>
#include <QProgressBar>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/build.h"

namespace univi::ui {

ReadingLine::ReadingLine(QWidget* parent)
    : QWidget(parent), text_(makeLabel({}, "small")), bar_(new QProgressBar) {
    bar_->setTextVisible(false);
    column(this, {.margins = {}, .spacing = 8}, {text_, bar_});
    hide();
}

void ReadingLine::show(const QString& name, int frames_read, int frames_total) {
    setVisible(frames_total > 1 && frames_read < frames_total);
    bar_->setRange(0, std::max(1, frames_total));
    bar_->setValue(frames_read);
    text_->setText(tr("Reading %1: %2 of %3 frames").arg(name).arg(frames_read).arg(frames_total));
}

}  // namespace univi::ui
