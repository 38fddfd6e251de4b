#include "ui/models/task_row.h"

#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/models/model_names.h"
#include "ui/models/model_task.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

using State = ModelTask::State;

constexpr int kBarSteps = 1000;

}  // namespace

TaskRow::TaskRow(ModelTask* task, QWidget* parent)
    : QFrame(parent),
      task_(task),
      name_(new ElidedLabel),
      bar_(new QProgressBar),
      detail_(new WrapLabel({}, "small")),
      load_(button(tr("Load"), ButtonRole::Primary)),
      end_(button(tr("Cancel"), ButtonRole::Quiet)) {
    task_->setParent(this);
    setLook(this, "card");
    setType(name_, "heading");
    name_->setElideMode(Qt::ElideMiddle);
    name_->setText(title());
    bar_->setTextVisible(false);
    bar_->setRange(0, kBarSteps);
    bar_->setAccessibleName(title());
    column(this, {.margins = {20, 12, 20, 14}, .spacing = 8},
           {row({.margins = {}, .spacing = 8}, {{name_, 1}, load_, end_}), bar_, detail_});
    connect(task_, &ModelTask::changed, this, &TaskRow::update);
    connect(load_, &QPushButton::clicked, this, [this] { Q_EMIT loadRequested(task_->out()); });
    connect(end_, &QPushButton::clicked, this, [this] {
        if (task_->state() == State::Running) return task_->cancel();
        Q_EMIT closed();
    });
    update();
}

QString TaskRow::detail() const {
    return detail_->text();
}

QString TaskRow::title() const {
    const QString name =
        task_->model().isEmpty() ? tr("Demo model") : modelName(task_->model()).name;
    switch (task_->kind()) {
        case ModelTask::Kind::Verify:
            return tr("Verifying %1").arg(name);
        case ModelTask::Kind::Quantize8:
            return tr("Writing %1 in int8").arg(name);
        case ModelTask::Kind::Quantize4:
            return tr("Writing %1 in int4").arg(name);
        case ModelTask::Kind::Convert:
            break;
    }
    return tr("Writing %1 as one folder").arg(name);
}

void TaskRow::update() {
    const State state = task_->state();
    const bool isOver = state != State::Running && state != State::Cancelling;
    bar_->setValue(int(task_->fraction() * kBarSteps));
    bar_->setVisible(!isOver);
    setType(detail_, state == State::Failed ? "danger" : "small");
    detail_->setText(state == State::Cancelling ? tr("Cancelling…") : task_->detail());
    detail_->setVisible(!detail_->text().isEmpty());
    load_->setVisible(state == State::Done && !task_->out().isEmpty());
    end_->setText(isOver ? tr("Close") : tr("Cancel"));
    end_->setEnabled(state != State::Cancelling);
    for (QPushButton* each : {load_, end_})
        each->setAccessibleName(tr("%1: %2").arg(each->text(), title()));
}

}  // namespace univi::ui
