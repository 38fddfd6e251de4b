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

#include "ui/training/watch/differences_table.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr QLatin1String kResumeFlag("resume_from_checkpoint");

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
        from_->addItem(tr("The beginning"), QString(kFromBase));
}

/// Writes the choice into the flags.
void ResumeDialog::takeFrom() {
    const QString chosen = from_->currentData().toString();
    setArguments(chosen.isEmpty() ? withoutArgument(arguments(), kResumeFlag)
                                  : withArgument(arguments(), kResumeFlag, chosen));
}

/// Chooses what the flags name after they were edited.
void ResumeDialog::showFrom() {
    const QString flag = argumentValue(arguments(), kResumeFlag);
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

void ResumeDialog::setArguments(const QStringList& arguments) {
    command_->setPlainText(editable(arguments));
    check();
}

QStringList ResumeDialog::arguments() const {
    return splitWords(command_->toPlainText());
}

/// Returns the settings that differ. A run of an older program has fewer; only those that both know
/// are compared.
QList<SettingDifference> ResumeDialog::differencesTo(const QJsonObject& after) const {
    QList<SettingDifference> differences = differencesOf(info_.settings, after);
    differences.removeIf([&](const SettingDifference& each) {
        return !info_.settings.contains(each.name) || each.name == kResumeFlag;
    });
    return differences;
}

ResumeStart ResumeDialog::chosenStart(const QList<SettingDifference>& differences) const {
    const auto any = [&](SettingDifference::Effect effect) {
        return std::ranges::count(differences, effect, &SettingDifference::effect) > 0;
    };
    ResumeStart start;
    start.is_listed = from_->currentIndex() >= 0;
    start.from =
        start.is_listed ? from_->currentData().toString() : argumentValue(arguments(), kResumeFlag);
    start.changes = any(SettingDifference::Effect::Changes);
    start.conflicts = any(SettingDifference::Effect::Conflicts);
    return start;
}

void ResumeDialog::check() {
    if (purpose_ == Purpose::Resume) showFrom();
    QString problem;
    const QJsonObject after = settingsOfCommand(arguments(), problem);
    const bool is_readable = problem.isEmpty();
    const QList<SettingDifference> differences =
        is_readable ? differencesTo(after) : QList<SettingDifference>();
    table_->setDifferences(differences);
    verdict_->setProperty("type", is_readable ? QStringLiteral("muted") : QStringLiteral("danger"));
    if (!is_readable) return showVerdict(problem, false);
    if (purpose_ == Purpose::SecondStage)
        return showVerdict(tr("It starts when %1 is done and takes its projector.").arg(info_.name),
                           true);
    const ResumeStart start = chosenStart(differences);
    showVerdict(sayWhatBecomes(info_, start), canGoOn(info_, start));
}

void ResumeDialog::showVerdict(const QString& text, bool may_start) {
    verdict_->setText(text);
    verdict_->setStyleSheet(verdict_->styleSheet());  // the property's style is taken anew
    go_->setEnabled(may_start);
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
