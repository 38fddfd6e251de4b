#include "ui/training/watch/resume_dialog.h"

#include <QCheckBox>
#include <QDir>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/training/runs/run_command.h"
#include "ui/training/watch/differences_table.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

/// One flag a line, as far as they are flags.
QString editable(const QStringList& arguments) {
    QString text;
    for (const QString& word : arguments) {
        if (!text.isEmpty())
            text += word.startsWith(QLatin1String("--")) ? QLatin1Char('\n') : QLatin1Char(' ');
        text += shellWord(word);
    }
    return text;
}

/// Words as a shell splits them; both kinds of quotes.
QStringList splitWords(const QString& text) {
    QStringList words;
    QString word;
    QChar quote;
    bool any = false;
    for (const QChar c : text) {
        if (!quote.isNull()) {
            if (c == quote)
                quote = QChar();
            else
                word += c;
        } else if (c == QLatin1Char('\'') || c == QLatin1Char('"')) {
            quote = c;
            any = true;
        } else if (c.isSpace()) {
            if (any || !word.isEmpty()) words << word;
            word.clear();
            any = false;
        } else {
            word += c;
        }
    }
    if (any || !word.isEmpty()) words << word;
    return words;
}

}  // namespace

ResumeDialog::ResumeDialog(const RunInfo& info, Purpose purpose, QWidget* parent)
    : QDialog(parent),
      info_(info),
      purpose_(purpose),
      command_(new QPlainTextEdit),
      table_(new DifferencesTable(purpose == Purpose::Resume)),
      verdict_(makeLabel({}, "muted")),
      queued_(new QCheckBox(tr("Wait until its devices are free"))),
      go_(new QPushButton) {
    const bool resumes = purpose == Purpose::Resume;
    setWindowTitle(resumes ? tr("Resume %1").arg(info.name)
                           : tr("Second stage after %1").arg(info.name));
    resize(820, 640);
    command_->setObjectName(QStringLiteral("systemText"));
    command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command_->setAccessibleName(tr("Flags of univi-train"));
    command_->setTabChangesFocus(true);
    verdict_->setWordWrap(true);
    go_->setText(resumes ? tr("Resume") : tr("Queue second stage"));
    go_->setProperty("role", QStringLiteral("primary"));
    go_->setDefault(true);
    queued_->setChecked(!resumes);
    queued_->setVisible(resumes);
    auto* cancel = new QPushButton(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(go_, &QPushButton::clicked, this, &QDialog::accept);
    connect(command_, &QPlainTextEdit::textChanged, this, &ResumeDialog::check);
    auto* row = new QHBoxLayout;
    row->addWidget(queued_);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(go_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Flags of univi-train"), "heading"));
    column->addWidget(command_, 3);
    column->addSpacing(8);
    column->addWidget(makeLabel(
        resumes ? tr("What differs from the run so far") : tr("What differs from the first stage"),
        "heading"));
    column->addWidget(table_, 4);
    column->addWidget(verdict_);
    column->addSpacing(8);
    column->addLayout(row);
    const QString next = QDir(info.folder).dirName() + QStringLiteral("-stage2");
    setArguments(
        resumes
            ? resumeArguments(info)
            : secondStageArguments(
                  info,
                  QDir(QDir(info.folder).filePath(QStringLiteral(".."))).absoluteFilePath(next)));
}

void ResumeDialog::setArguments(const QStringList& arguments) {
    command_->setPlainText(editable(arguments));
    check();
}

QStringList ResumeDialog::arguments() const {
    return splitWords(command_->toPlainText());
}

void ResumeDialog::check() {
    QString problem;
    const QJsonObject after = settingsOfCommand(arguments(), problem);
    if (!problem.isEmpty()) {
        verdict_->setText(problem);
        verdict_->setProperty("type", QStringLiteral("danger"));
        table_->setDifferences({});
        go_->setEnabled(false);
    } else {
        // Only names both know: a run of an older program has fewer.
        QList<SettingDifference> differences = differencesOf(info_.settings, after);
        differences.removeIf([&](const SettingDifference& each) {
            return !info_.settings.contains(each.name) ||
                   each.name == QLatin1String("resume_from_checkpoint");
        });
        table_->setDifferences(differences);
        const auto count = [&](SettingDifference::Effect effect) {
            return std::ranges::count(differences, effect, &SettingDifference::effect);
        };
        const bool conflicts = count(SettingDifference::Effect::Conflicts) > 0;
        verdict_->setProperty("type", QStringLiteral("muted"));
        QString text;
        if (purpose_ == Purpose::SecondStage)
            text = tr("It starts when %1 is done and takes its projector.").arg(info_.name);
        else if (info_.checkpoints.isEmpty())
            text = tr("There is no checkpoint: the run starts from the beginning.");
        else if (conflicts)
            text = tr("The red settings belong to another model: the checkpoint of step %1 does "
                      "not fit them. Take them back, or start a new run.")
                       .arg(info_.checkpoints.last().step);
        else if (count(SettingDifference::Effect::Changes) > 0)
            text = tr("Goes on from step %1, from there on with the yellow settings.")
                       .arg(info_.checkpoints.last().step);
        else
            text = tr("Goes on from step %1 as if it had never stopped.")
                       .arg(info_.checkpoints.last().step);
        verdict_->setText(text);
        go_->setEnabled(purpose_ == Purpose::SecondStage || !conflicts ||
                        info_.checkpoints.isEmpty());
    }
    verdict_->setStyleSheet(verdict_->styleSheet());  // the property's style is taken anew
}

bool ResumeDialog::canStart() const {
    return go_->isEnabled();
}

QString ResumeDialog::verdict() const {
    return verdict_->text();
}

RunStart ResumeDialog::start() const {
    RunStart run;
    run.arguments = arguments();
    run.workingFolder = info_.workingFolder;
    run.queued = queued_->isChecked();
    run.devices = devicesOfCommand(run.arguments);
    const QString output = argumentValue(run.arguments, QStringLiteral("output_dir"));
    run.outputDir =
        purpose_ == Purpose::Resume
            ? info_.folder
            : QDir(info_.workingFolder.isEmpty() ? QDir::currentPath() : info_.workingFolder)
                  .absoluteFilePath(output);
    if (purpose_ == Purpose::SecondStage) {
        run.after = info_.folder;
        run.queued = true;
    }
    return run;
}

}  // namespace univi::ui
