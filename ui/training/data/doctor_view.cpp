#include "ui/training/data/doctor_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
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
#include "ui/widgets/build.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

using protocol::DataProblem;

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
      button_(button(tr("&Check the data"))),
      decode_(new QCheckBox(tr("&Open every picture and video"))),
      bar_(new QProgressBar),
      status_(wrapped({}, "muted")),
      summary_(wrapped({}, "muted")),
      lengths_(makeLabel({}, "muted")),
      notice_(new NoticeBar),
      report_(new QWidget),
      bad_(new QWidget),
      problems_(new QComboBox),
      table_(new QTableView),
      model_(new FindingsModel(this)),
      histogram_(new LengthHistogram) {
    auto* line = new FlowLayout(8, Qt::AlignLeft);
    decode_->setChecked(true);
    line->addWidget(button_);
    line->addWidget(decode_);
    bar_->setTextVisible(false);
    buildReport();
    column(this, {.margins = {}, .spacing = 12}, {line, status_, bar_, notice_, report_});
    connect(button_, &QPushButton::clicked, this,
            [this] { doctor_.isRunning() ? doctor_.stop() : start(); });
    connect(&doctor_, &DataDoctor::progressed, this, &DoctorView::showProgress);
    connect(&doctor_, &DataDoctor::finished, this, &DoctorView::showCheck);
    connect(&doctor_, &DataDoctor::failed, this, &DoctorView::showFailure);
    setRunning(false);
    report_->hide();
    notice_->hide();
    status_->setText(tr("Reads every item as training would, and says what is wrong and where."));
}

void DoctorView::buildReport() {
    problems_->setAccessibleName(tr("Kind of problem"));
    table_->setModel(model_);
    dressTable(table_, {});
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setWordWrap(false);
    table_->setMinimumHeight(kTableHeight);
    table_->setTabKeyNavigation(false);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setColumnWidth(FindingsModel::Problem, kProblemWidth);
    table_->setColumnWidth(FindingsModel::File, kFileWidth);
    table_->setColumnWidth(FindingsModel::Line, kLineWidth);
    column(bad_, {.margins = {}},
           {row({}, {{makeLabel(tr("Items to look at"), "heading"), 1}, problems_}), table_});
    column(report_, {.margins = {}, .spacing = 10},
           {summary_, bad_, makeLabel(tr("Lengths"), "heading"), lengths_, histogram_});
    connect(problems_, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant problem = problems_->currentData();
        model_->setProblem(problem.isValid() ? std::optional(protocol::DataProblem(problem.toInt()))
                                             : std::nullopt);
    });
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        // The samples beside are those of the data set that is trained on.
        const FindingsModel::Row& row = model_->row(index.row());
        if (!row.held_out) Q_EMIT itemChosen(row.finding.item);
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
    // Nothing is known yet with a total of 0: the bar moves to and fro.
    bar_->setRange(0, total > 0 && done > 0 ? 1000 : 0);
    if (total > 0 && done > 0) bar_->setValue(int(done * 1000 / total));
    status_->setText(total > 0 ? (done > 0 ? tr("%1 of %2 items").arg(count(done), count(total))
                                           : tr("%Ln item(s)", nullptr, int(total)))
                               : tr("Finding the items…"));
}

void DoctorView::showFailure(const QString& sentence) {
    setRunning(false);
    status_->setText(sentence.isEmpty() ? tr("Stopped.") : QString());
    if (!sentence.isEmpty()) notice_->showNotice(NoticeBar::Kind::Error, sentence);
}

void DoctorView::fillProblems(const protocol::DataCheck& check) {
    problems_->clear();
    problems_->addItem(tr("All problems"));
    for (const auto& [problem, unused] : protocol::EnumNames<DataProblem>::kNames) {
        const qint64 items =
            check.data.count(problem) + (check.held_out ? check.held_out->count(problem) : 0);
        if (items > 0)
            problems_->addItem(QStringLiteral("%1  (%2)").arg(problemName(problem), count(items)),
                               int(problem));
    }
}

/// Counts, forms, sources and remedies of one data set.
QStringList DoctorView::summaryLines(const protocol::DataReport& report) const {
    QStringList lines{tr("%Ln item(s): %1 with pictures, %2 with a video, %3 of text alone. %4 of "
                         "%5 tokens are learned.",
                         nullptr, int(report.items))
                          .arg(count(report.with_pictures), count(report.with_video),
                               count(report.text_only), count(report.trained_tokens),
                               count(report.tokens))};
    const auto add = [&lines](qint64 items, const char* text) {
        if (items > 0) lines << tr(text, nullptr, int(items));
    };
    add(report.forms.chat_roles,
        QT_TR_N_NOOP("%Ln item(s) call their speakers user and assistant: read as human and gpt."));
    add(report.forms.chat_keys,
        QT_TR_N_NOOP("%Ln item(s) have the keys messages, role or content: read all the same."));
    add(report.forms.system,
        QT_TR_N_NOOP(
            "%Ln item(s) begin with a system message: it takes the place of the template's."));
    if (const std::string sampling = report.sampling(); !sampling.empty())
        lines << withLabels(QString::fromStdString(sampling));
    add(report.repeated_items, QT_TR_N_NOOP("%Ln item(s) came before."));
    for (const auto& source : report.sources)
        lines << tr("%1: %Ln item(s), %2 with faults.", nullptr, int(source.items))
                     .arg(QFileInfo(QString::fromStdString(source.chat_path)).fileName(),
                          count(source.faults));
    for (const auto& [problem, unused] : protocol::EnumNames<DataProblem>::kNames)
        if (is_fault(problem) && report.count(problem) > 0)
            lines << tr("%1: %2").arg(problemName(problem),
                                      withLabels(QString::fromUtf8(remedy(problem))));
    return lines;
}

void DoctorView::showVerdict(const protocol::DataCheck& check) {
    qint64 faults = check.data.items_with_faults(), items = check.data.items;
    if (check.held_out) {
        faults += check.held_out->items_with_faults();
        items += check.held_out->items;
    }
    const QString nothing = withLabels(QString::fromStdString(check.data.nothing_to_learn()));
    const QString held_out =
        check.held_out ? withLabels(QString::fromStdString(check.held_out->nothing_to_learn()))
                       : QString();
    if (!nothing.isEmpty())
        notice_->showNotice(NoticeBar::Kind::Error, nothing);
    else if (!held_out.isEmpty())
        notice_->showNotice(NoticeBar::Kind::Error, tr("Held out: %1").arg(held_out));
    else if (check.has_faults())
        notice_->showNotice(
            NoticeBar::Kind::Warning,
            tr("%Ln of %1 items have a fault: mend them, or training leaves out what it cannot "
               "read.",
               nullptr, int(faults))
                .arg(count(items)));
    else
        notice_->showNotice(NoticeBar::Kind::Info,
                            tr("No faults in %Ln item(s).", nullptr, int(items)));
}

void DoctorView::showCheck(const protocol::DataCheck& check) {
    setRunning(false);
    status_->setText({});
    showVerdict(check);
    QStringList lines{summaryLines(check.data)};
    if (check.held_out) {
        lines << QString()
              << tr("Held out (%1):").arg(QString::fromStdString(options_.eval_dataset_use));
        lines << summaryLines(*check.held_out);
    }
    summary_->setText(lines.join(QLatin1Char('\n')));
    fillProblems(check);
    model_->setCheck(check);
    bad_->setVisible(!check.data.findings.empty() ||
                     (check.held_out && !check.held_out->findings.empty()));
    const protocol::DataReport::Lengths& lengths = check.data.lengths;
    lengths_->setText(tr("%1 to %2 tokens, half of the items up to %3, 95 % up to %4.")
                          .arg(count(lengths.shortest), count(lengths.longest),
                               count(lengths.median), count(lengths.percentile95)));
    histogram_->setLengths(lengths, options_.model_max_length);
    report_->show();
}

}  // namespace univi::ui
