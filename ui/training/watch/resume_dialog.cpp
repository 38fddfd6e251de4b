#include "ui/training/watch/resume_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/training/runs/run_command.h"
#include "ui/training/watch/differences_table.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

/// Writes one flag a line.
QString editable(const QStringList& arguments) {
    QString text;
    for (const QString& word : arguments) {
        if (!text.isEmpty())
            text += word.startsWith(QLatin1String("--")) ? QLatin1Char('\n') : QLatin1Char(' ');
        text += shellWord(word);
    }
    return text;
}

/// Splits words as a shell does, with both kinds of quotes.
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
      from_(new QComboBox),
      command_(new QPlainTextEdit),
      table_(new DifferencesTable(purpose == Purpose::Resume)),
      verdict_(wrapped({}, "muted")),
      queued_(new QCheckBox(tr("Wait until its devices are free"))),
      go_(button({}, ButtonRole::Primary)) {
    dressForPurpose();
    build();
    const bool resumes = purpose == Purpose::Resume;
    if (resumes) fillFrom();
    const QString next = QStringLiteral("../%1-stage2").arg(QDir(info.folder).dirName());
    setArguments(resumes ? resumeArguments(info)
                         : secondStageArguments(
                               info, QDir::cleanPath(QDir(info.folder).absoluteFilePath(next))));
    // After its newest checkpoint, a run that is done has nothing to do.
    const bool is_done = info.state == RunState::Done && info.checkpoints.size() > 1;
    from_->setCurrentIndex(is_done && info.aside_of.isEmpty() ? 1 : 0);
    if (resumes) takeFrom();
    connect(from_, &QComboBox::activated, this, &ResumeDialog::takeFrom);
}

void ResumeDialog::dressForPurpose() {
    const bool resumes = purpose_ == Purpose::Resume;
    setWindowTitle(resumes ? tr("Resume %1").arg(info_.name)
                           : tr("Second stage after %1").arg(info_.name));
    go_->setText(resumes ? tr("Resume") : tr("Queue second stage"));
    go_->setDefault(true);
    queued_->setChecked(!resumes);
    from_->setAccessibleName(tr("Checkpoint to go on from"));
    command_->setObjectName(QStringLiteral("systemText"));
    command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command_->setAccessibleName(tr("Flags of univi-train"));
    command_->setTabChangesFocus(true);
}

void ResumeDialog::build() {
    const bool resumes = purpose_ == Purpose::Resume;
    resize(820, 640);
    QLabel* from = makeLabel(tr("Go on from"), "heading");
    from->setBuddy(from_);
    QPushButton* cancel = button(tr("Cancel"));
    QLabel* differs = makeLabel(
        resumes ? tr("What differs from the run so far") : tr("What differs from the first stage"),
        "heading");
    column(this, {.margins = {24, 20, 24, 20}, .spacing = 8},
           {from,
            from_,
            Part::space(8),
            makeLabel(tr("Flags of univi-train"), "heading"),
            {command_, 3},
            Part::space(8),
            differs,
            {table_, 4},
            verdict_,
            Part::space(8),
            row({}, {queued_, Part::stretch(), cancel, go_})});
    for (QWidget* each : {static_cast<QWidget*>(from), static_cast<QWidget*>(from_),
                          static_cast<QWidget*>(queued_)})
        each->setVisible(resumes);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(go_, &QPushButton::clicked, this, &QDialog::accept);
    connect(command_, &QPlainTextEdit::textChanged, this, &ResumeDialog::check);
}

/// Lists the newest checkpoint, which needs no flag, older ones, what was set aside, and the base.
void ResumeDialog::fillFrom() {
    const bool is_aside = !info_.aside_of.isEmpty();
    for (auto each = info_.checkpoints.crbegin(); each != info_.checkpoints.crend(); ++each) {
        const bool is_newest = each == info_.checkpoints.crbegin() && !is_aside;
        from_->addItem(is_newest ? tr("The newest checkpoint, step %1").arg(each->step)
                                 : tr("Checkpoint of step %1").arg(each->step),
                       is_newest ? QString() : each->folder);
    }
    if (info_.checkpoints.isEmpty())
        from_->addItem(tr("The beginning: there is no checkpoint"), QString());
    for (const RunBranch& branch : std::as_const(info_.branches))
        for (const QString& name :
             QDir(branch.folder)
                 .entryList({QStringLiteral("checkpoint-*")}, QDir::Dirs, QDir::Name))
            from_->addItem(tr("Set aside in branches/%1: %2").arg(branch.number).arg(name),
                           QDir(branch.folder).filePath(name));
    if (!info_.checkpoints.isEmpty() && !is_aside)
        from_->addItem(tr("The beginning"), QStringLiteral("False"));
}

/// Writes the choice into the flags.
void ResumeDialog::takeFrom() {
    const QString flag = QStringLiteral("resume_from_checkpoint"),
                  chosen = from_->currentData().toString();
    setArguments(chosen.isEmpty() ? withoutArgument(arguments(), flag)
                                  : withArgument(arguments(), flag, chosen));
}

/// Chooses what the flags name after they were edited.
void ResumeDialog::showFrom() {
    const QString flag = argumentValue(arguments(), QStringLiteral("resume_from_checkpoint"));
    const QDir here(info_.working_folder.isEmpty() ? QDir::currentPath() : info_.working_folder);
    const auto full = [&](const QString& path) {
        return QFileInfo(here.absoluteFilePath(path)).canonicalFilePath();
    };
    int found = flag.isEmpty() || flag.compare(QLatin1String("True"), Qt::CaseInsensitive) == 0 ||
                        flag.compare(QLatin1String("latest"), Qt::CaseInsensitive) == 0
                    ? from_->findData(QString())
                    : from_->findData(flag);
    for (int i = 0; found < 0 && i < from_->count(); ++i)
        if (const QString path = from_->itemData(i).toString();
            !path.isEmpty() && !full(flag).isEmpty() && full(path) == full(flag))
            found = i;
    if (found < 0 && !flag.isEmpty() && !info_.checkpoints.isEmpty() &&
        full(info_.checkpoints.last().folder) == full(flag) && !full(flag).isEmpty())
        found = from_->findData(QString());
    from_->setCurrentIndex(found);
}

/// Says what becomes of the run with the chosen start.
QString ResumeDialog::goesOnText(bool changes) const {
    const QString chosen = from_->currentData().toString();
    const QString after = changes ? tr(", from there on with the yellow settings") : QString();
    if (from_->currentIndex() < 0)
        return tr("Goes on from %1%2. What the run has now is set aside.")
            .arg(argumentValue(arguments(), QStringLiteral("resume_from_checkpoint")), after);
    if (chosen.isEmpty() && info_.checkpoints.isEmpty())
        return tr("There is no checkpoint: the run starts from the beginning.");
    const QString kept =
        tr(" It is kept in the folder branches, neither counted nor resumed from.");
    if (chosen == QLatin1String("False"))
        return tr("Starts again from the base%1. All that the run has, up to step %2, is set "
                  "aside.")
                   .arg(after)
                   .arg(info_.step) +
               kept;
    if (chosen.isEmpty() && info_.state == RunState::Done)
        return tr("The run is done at step %1: more steps or epochs go on from there%2.")
            .arg(info_.checkpoints.last().step)
            .arg(after);
    if (chosen.isEmpty())
        return changes ? tr("Goes on from step %1, from there on with the yellow settings.")
                             .arg(info_.checkpoints.last().step)
                       : tr("Goes on from step %1 as if it had never stopped.")
                             .arg(info_.checkpoints.last().step);
    const QString step = QFileInfo(chosen).fileName().section(QLatin1Char('-'), -1);
    const auto own = std::ranges::find(info_.checkpoints, chosen, &RunCheckpoint::folder);
    if (own != info_.checkpoints.end() && info_.aside_of.isEmpty())
        return tr("Goes back to step %1%2. What the run has after it, up to step %3, is set aside.")
                   .arg(step, after)
                   .arg(std::max(info_.step, info_.checkpoints.last().step)) +
               kept;
    return tr("Goes on from step %1 of the line that was set aside%2. What the run has instead is "
              "set aside now.")
               .arg(step, after) +
           kept;
}

void ResumeDialog::setArguments(const QStringList& arguments) {
    command_->setPlainText(editable(arguments));
    check();
}

QStringList ResumeDialog::arguments() const {
    return splitWords(command_->toPlainText());
}

void ResumeDialog::check() {
    if (purpose_ == Purpose::Resume) showFrom();
    QString problem;
    const QJsonObject after = settingsOfCommand(arguments(), problem);
    if (!problem.isEmpty()) {
        verdict_->setText(problem);
        verdict_->setProperty("type", QStringLiteral("danger"));
        table_->setDifferences({});
        go_->setEnabled(false);
    } else {
        // A run of an older program has fewer settings; only those that both know are compared.
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
        else if (conflicts && !info_.checkpoints.isEmpty() &&
                 from_->currentData().toString() != QLatin1String("False"))
            text =
                tr("The red settings belong to another model: the checkpoint does not fit them. "
                   "Take them back, or start a new run.");
        else
            text = goesOnText(count(SettingDifference::Effect::Changes) > 0);
        verdict_->setText(text);
        go_->setEnabled(purpose_ == Purpose::SecondStage || !conflicts ||
                        info_.checkpoints.isEmpty() ||
                        from_->currentData().toString() == QLatin1String("False"));
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
    run.working_folder = info_.working_folder;
    run.queued = queued_->isChecked();
    run.devices = devicesOfCommand(run.arguments);
    const QString output = argumentValue(run.arguments, QStringLiteral("output_dir"));
    run.output_dir =
        purpose_ == Purpose::Resume
            ? (info_.aside_of.isEmpty() ? info_.folder : info_.aside_of)
            : QDir(info_.working_folder.isEmpty() ? QDir::currentPath() : info_.working_folder)
                  .absoluteFilePath(output);
    if (purpose_ == Purpose::SecondStage) {
        run.after = info_.folder;
        run.queued = true;
    }
    return run;
}

}  // namespace univi::ui
