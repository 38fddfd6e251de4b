#include "ui/chat/queued_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/widgets/build.h"

namespace univi::ui {

QueuedRow::QueuedRow(QWidget* parent)
    : QWidget(parent), label_(new QLabel), ask_(button(tr("Ask now"), ButtonRole::Link)) {
    setType(label_, "small");
    QPushButton* back = button(tr("Take back"), ButtonRole::Link, "",
                               tr("Puts the question into the field below again"));
    row(this, {.margins = {0, 0, 0, 0}, .spacing = 12}, {Part::stretch(), label_, ask_, back});
    connect(ask_, &QPushButton::clicked, this, &QueuedRow::askRequested);
    connect(back, &QPushButton::clicked, this, &QueuedRow::takeBackRequested);
    setHeld(false);
}

void QueuedRow::setHeld(bool held) {
    label_->setText(held ? tr("Waiting: the reply before was not finished")
                         : tr("Waiting for the reply before"));
    ask_->setVisible(held);
}

QString QueuedRow::sentence() const {
    return label_->text();
}

}  // namespace univi::ui
