#include "ui/training/data/doctor_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/training/data/findings_model.h"
#include "ui/training/data/length_histogram.h"
#include "ui/training/tool/labels.h"
#include "ui/widgets/counted.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kTableHeight = 220, kFileWidth = 160, kProblemWidth = 250, kLineWidth = 70;

QString count(qint64 number) {
    return QLocale().toString(number);
}

bool isSameData(const training::TrainOptions& a, const training::TrainOptions& b) {
    return a.datasets == b.datasets && a.dataset_use == b.dataset_use &&
           a.eval_dataset_use == b.eval_dataset_use && a.data_path == b.data_path &&
           a.model_name_or_path == b.model_name_or_path && a.version == b.version &&
           a.model_max_length == b.model_max_length && a.max_frames == b.max_frames;
}

}  // namespace

DoctorView::DoctorView(QWidget* parent)
    : QWidget(parent),
      button_(new QPushButton(tr("&Check the data"))),
      decode_(new QCheckBox(tr("&Open every picture and video"))),
      bar_(new QProgressBar),
      status_(makeLabel({}, "muted")),
      summary_(makeLabel({}, "muted")),
      lengths_(makeLabel({}, "muted")),
      notice_(new NoticeBar),
      report_(new QWidget),
      bad_(new QWidget),
      problems_(new QComboBox),
      table_(new QTableView),
      model_(new FindingsModel(this)),
      histogram_(new LengthHistogram) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    auto* line = new FlowLayout(8, Qt::AlignLeft);
    decode_->setChecked(true);
    line->addWidget(button_);
    line->addWidget(decode_);
    layout->addLayout(line);
    status_->setWordWrap(true);
    layout->addWidget(status_);
    bar_->setTextVisible(false);
    layout->addWidget(bar_);
    layout->addWidget(notice_);
    buildReport();
    layout->addWidget(report_);
    connect(button_, &QPushButton::clicked, this,
            [this] { doctor_.isRunning() ? doctor_.stop() : start(); });
    connect(&doctor_, &DataDoctor::progressed, this, &DoctorView::showProgress);
    connect(&doctor_, &DataDoctor::finished, this, &DoctorView::showFindings);
    connect(&doctor_, &DataDoctor::failed, this, &DoctorView::showFailure);
    setRunning(false);
    report_->hide();
    notice_->hide();
    status_->setText(tr("Reads every item as training would, and says what is wrong and where."));
}

void DoctorView::buildReport() {
    auto* column = new QVBoxLayout(report_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    summary_->setWordWrap(true);
    column->addWidget(summary_);
    auto* bad = new QVBoxLayout(bad_);
    bad->setContentsMargins(0, 0, 0, 0);
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Items to look at"), "heading"), 1);
    problems_->setAccessibleName(tr("Kind of problem"));
    head->addWidget(problems_);
    bad->addLayout(head);
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setShowGrid(false);
    table_->verticalHeader()->hide();
    table_->setWordWrap(false);
    table_->setMinimumHeight(kTableHeight);
    table_->setTabKeyNavigation(false);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->setColumnWidth(FindingsModel::Problem, kProblemWidth);
    table_->setColumnWidth(FindingsModel::File, kFileWidth);
    table_->setColumnWidth(FindingsModel::Line, kLineWidth);
    table_->setToolTip({});
    bad->addWidget(table_);
    column->addWidget(bad_);
    column->addWidget(makeLabel(tr("Lengths"), "heading"));
    column->addWidget(lengths_);
    column->addWidget(histogram_);
    connect(problems_, &QComboBox::currentIndexChanged, this,
            [this] { model_->setProblem(problems_->currentData().toString()); });
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        // The samples beside are those of the data set that is trained on.
        const DataFindings::Finding& finding = model_->finding(index.row());
        if (!finding.held_out) Q_EMIT itemChosen(finding.item);
    });
}

void DoctorView::setOptions(const training::TrainOptions& options) {
    const bool same = isSameData(options, options_);
    options_ = options;
    if (same) return;
    if (doctor_.isRunning()) doctor_.stop();
    report_->hide();
    notice_->hide();
}

void DoctorView::start() {
    notice_->hide();
    setRunning(true);
    doctor_.check(options_, decode_->isChecked());
}

void DoctorView::setRunning(bool running) {
    button_->setText(running ? tr("&Stop") : tr("&Check the data"));
    decode_->setEnabled(!running);
    bar_->setVisible(running);
}

void DoctorView::showProgress(qint64 done, qint64 total) {
    // A total of 0 moves the bar to and fro: nothing is known yet.
    bar_->setRange(0, total > 0 && done > 0 ? 1000 : 0);
    if (total > 0 && done > 0) bar_->setValue(int(done * 1000 / total));
    status_->setText(total > 0 ? (done > 0 ? tr("%1 of %2 items").arg(count(done), count(total))
                                           : tr("%1 items").arg(count(total)))
                               : tr("Finding the items…"));
}

void DoctorView::showFailure(const QString& sentence) {
    setRunning(false);
    status_->setText(sentence.isEmpty() ? tr("Stopped.") : QString());
    if (!sentence.isEmpty()) notice_->showNotice(NoticeBar::Kind::Error, sentence);
}

void DoctorView::fillProblems(const DataFindings& findings) {
    problems_->clear();
    problems_->addItem(tr("All problems"), QString());
    for (const auto& [key, items] : findings.allCounts())
        problems_->addItem(QStringLiteral("%1  (%2)").arg(problemName(key), count(items)), key);
}

/// Counts, forms, sources and remedies of one data set.
QStringList DoctorView::summaryLines(const DataFindings& findings) const {
    QStringList lines{tr("%1 items: %2 with pictures, %3 with a video, %4 of text alone. %5 of %6 "
                         "tokens are learned.")
                          .arg(count(findings.items), count(findings.with_pictures),
                               count(findings.with_video), count(findings.text_only),
                               count(findings.trained_tokens), count(findings.tokens))};
    if (findings.chat_roles > 0)
        lines << tr("%1 items call their speakers user and assistant: read as human and gpt.")
                     .arg(count(findings.chat_roles));
    if (findings.chat_keys > 0)
        lines << tr("%1 items have the keys messages, role or content: read all the same.")
                     .arg(count(findings.chat_keys));
    if (findings.system > 0)
        lines << tr("%1 items begin with a system message: it takes the place of the template's.")
                     .arg(count(findings.system));
    if (!findings.sampling.isEmpty()) lines << withLabels(findings.sampling);
    if (findings.repeated_items > 0)
        lines << tr("%1 items came before.").arg(count(findings.repeated_items));
    for (const auto& source : findings.sources)
        lines << tr("%1: %2 items, %3 with faults.")
                     .arg(QFileInfo(source.chat_path).fileName(), count(source.items),
                          count(source.items_with_faults));
    for (const auto& [key, items] : findings.counts)
        if (isFault(key))
            lines << tr("%1: %2").arg(problemName(key), withLabels(findings.remedies.value(key)));
    return lines;
}

void DoctorView::showFindings(const DataFindings& findings) {
    setRunning(false);
    status_->setText({});
    const qint64 faults = findings.allItemsWithFaults(), items = findings.allItems();
    if (!findings.nothing_to_learn.isEmpty())
        notice_->showNotice(NoticeBar::Kind::Error, withLabels(findings.nothing_to_learn));
    else if (findings.held_out && !findings.held_out->nothing_to_learn.isEmpty())
        notice_->showNotice(
            NoticeBar::Kind::Error,
            tr("Held out: %1").arg(withLabels(findings.held_out->nothing_to_learn)));
    else if (findings.has_faults)
        notice_->showNotice(
            NoticeBar::Kind::Warning,
            (faults == 1 ? tr("%1 of %2 items has a fault: mend it, or training leaves out what it "
                              "cannot read.")
                         : tr("%1 of %2 items have a fault: mend them, or training leaves out what "
                              "it cannot read."))
                .arg(count(faults), count(items)));
    else
        notice_->showNotice(NoticeBar::Kind::Info, counted(items, tr("No faults in %1 item."),
                                                           tr("No faults in %1 items.")));
    QStringList lines{summaryLines(findings)};
    if (findings.held_out) {
        lines << QString()
              << tr("Held out (%1):").arg(QString::fromStdString(options_.eval_dataset_use));
        lines << summaryLines(*findings.held_out);
    }
    summary_->setText(lines.join(QLatin1Char('\n')));
    fillProblems(findings);
    model_->setFindings(findings.allFindings());
    bad_->setVisible(!findings.allFindings().isEmpty());
    lengths_->setText(tr("%1 to %2 tokens, half of the items up to %3, 95 % up to %4.")
                          .arg(count(findings.shortest), count(findings.longest),
                               count(findings.median), count(findings.percentile95)));
    histogram_->setFindings(findings, options_.model_max_length);
    report_->show();
}

}  // namespace univi::ui
