#include "ui/chat/versions_dialog.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/chat/turn_branches.h"
#include "ui/chat/turn_footer.h"
#include "ui/widgets/build.h"
#include "ui/widgets/changed_words.h"

namespace univi::ui {
namespace {

constexpr QSize kSize{760, 440};

/// "2/3 · demo"
QString nameOf(const Turn& turn, qsizetype place, qsizetype count) {
    const QString number = QStringLiteral("%1/%2").arg(place + 1).arg(count);
    return turn.model.isEmpty() ? number : number + QStringLiteral(" · ") + turn.model;
}

QLabel* richText(const QString& name) {
    QLabel* label = wrapped({}, "body");
    label->setTextFormat(Qt::RichText);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(name);
    return label;
}

}  // namespace

VersionsDialog::VersionsDialog(QList<Turn> versions, int shown, QWidget* parent)
    : QDialog(parent), versions_(std::move(versions)) {
    setWindowTitle(tr("Versions side by side"));
    const int right = std::max(1, shown);
    left_ = makeSide(tr("Version at the left"), right - 1);
    right_ = makeSide(tr("Version at the right"), right);
    left_.reply->setObjectName(QStringLiteral("leftReply"));
    right_.reply->setObjectName(QStringLiteral("rightReply"));
    QPushButton* close = button(tr("Close"), ButtonRole::Primary);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column(this, {.margins = {20, 20, 20, 16}, .spacing = 16},
           {Part(row({.spacing = 20}, {{columnOf(left_), 1}, {columnOf(right_), 1}}), 1),
            row({.spacing = 8}, {makeLabel(tr("Bold: what only this version says."), "small"),
                                 Part::stretch(), close})});
    resize(kSize);
    refresh();
}

VersionsDialog::Side VersionsDialog::makeSide(const QString& name, int version) {
    Side side{new QComboBox, richText(tr("Question")), richText(tr("Reply")), wrapped({}, "small")};
    for (qsizetype i = 0; i < versions_.size(); ++i)
        side.version->addItem(nameOf(versions_[i], i, versions_.size()));
    side.version->setAccessibleName(name);
    side.version->setCurrentIndex(version);
    side.version->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setType(side.question, "muted");
    connect(side.version, &QComboBox::currentIndexChanged, this, &VersionsDialog::refresh);
    return side;
}

QWidget* VersionsDialog::columnOf(const Side& side) const {
    QWidget* texts = columnWidget({.margins = {0, 0, 8, 0}, .spacing = 10},
                                  {side.question, side.reply, side.figures, Part::stretch()});
    return columnWidget({.margins = {}, .spacing = 10},
                        {side.version, {scrollArea(texts, Scrolls::Upright), 1}});
}

const Turn& VersionsDialog::turnOf(const Side& side) const {
    return versions_[std::max(0, side.version->currentIndex())];
}

void VersionsDialog::refresh() {
    fill(left_, turnOf(right_));
    fill(right_, turnOf(left_));
}

void VersionsDialog::fill(const Side& side, const Turn& other) const {
    const Turn& turn = turnOf(side);
    side.question->setVisible(turn.question != other.question);
    side.question->setText(withChangedWords(other.question, turn.question));
    side.reply->setText(turn.error.isEmpty() || !turn.reply.isEmpty()
                            ? withChangedWords(other.reply, turn.reply)
                            : turn.error.toHtmlEscaped());
    side.figures->setText(statsLine(turn));
}

void openVersions(const Conversation& conversation, int index, QWidget* parent) {
    const QList<Turn> versions = versionsOf(conversation, index);
    if (versions.size() < 2) return;
    openOnce(new VersionsDialog(versions, branchPlace(conversation, index).number - 1, parent));
}

}  // namespace univi::ui
