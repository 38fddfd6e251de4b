#include "ui/training/data/data_panel.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/training/data/datasets_editor.h"
#include "ui/training/data/doctor_view.h"
#include "ui/training/data/sample_browser.h"
#include "ui/widgets/build.h"

namespace univi::ui {

DataPanel::DataPanel(QWidget* parent)
    : QWidget(parent),
      buttons_(new QButtonGroup(this)),
      pages_(new QStackedWidget),
      editor_(new DatasetsEditor),
      doctor_(new DoctorView),
      samples_(new SampleBrowser) {
    auto* line = row({.spacing = 6}, {});
    const std::pair<QString, QWidget*> pages[] = {
        {tr("Sources"), editor_}, {tr("Check"), doctor_}, {tr("Samples"), samples_}};
    for (const auto& [name, page] : pages) {
        QToolButton* choice = segment(name);
        buttons_->addButton(choice, pages_->count());
        line->addWidget(choice);
        // A page keeps its own height instead of the tallest one's.
        pages_->addWidget(columnWidget({.margins = {}}, {page, Part::stretch()}));
    }
    line->addStretch(1);
    column(this, {.margins = {}, .spacing = 14}, {line, {pages_, 1}});
    connect(buttons_, &QButtonGroup::idClicked, pages_, &QStackedWidget::setCurrentIndex);
    connect(editor_, &DatasetsEditor::chosen, this, &DataPanel::chosen);
    connect(editor_, &DatasetsEditor::saved, this, &DataPanel::saved);
    connect(doctor_, &DoctorView::itemChosen, this, [this](qint64 item) {
        showPage(Samples);
        samples_->showItem(item);
    });
    showPage(Sources);
}

void DataPanel::setOptions(const training::TrainOptions& options) {
    editor_->setOptions(options);
    doctor_->setOptions(options);
    samples_->setOptions(options);
}

void DataPanel::showPage(Page page) {
    buttons_->button(page)->setChecked(true);
    pages_->setCurrentIndex(page);
}

}  // namespace univi::ui
