#include "ui/groups/what_if_pane.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <algorithm>

#include "ui/widgets/build.h"
#include "ui/widgets/changed_words.h"
#include "ui/widgets/share_text.h"

namespace univi::ui {
namespace {

constexpr std::size_t kMostRanked = 6;
/// Other links are visual tokens by number.
constexpr QLatin1String kGroupsLink("groups"), kEndLink("end");

QSpinBox* number(int least, int most, const QString& name) {
    auto* box = new QSpinBox;
    box->setRange(least, most);
    box->setToolTip(name);
    box->setAccessibleName(name);
    return box;
}

/// The lowest step stands for what the model's configuration says.
template <typename Box>
void offerOwn(Box* box) {
    box->setSpecialValueText(WhatIfPane::tr("own"));
    box->setToolTip(WhatIfPane::tr("%1; own: as the model has it").arg(box->accessibleName()));
}

/// A short name before its fields.
QWidget* namedFields(const QString& name, const Parts& fields) {
    QWidget* line = rowWidget({.margins = {}, .spacing = 4}, {makeLabel(name, "small")});
    for (const Part& field : fields) field.addTo(qobject_cast<QBoxLayout*>(line->layout()));
    return line;
}

/// Two columns of one width, a line for each pair.
QString besideEachOther(const QList<std::pair<QString, QString>>& lines) {
    QString table = QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"2\">");
    for (const auto& [left, right] : lines)
        table += QStringLiteral(
                     "<tr><td width=\"50%\" style=\"padding-right: 8px\">%1</td>"
                     "<td width=\"50%\">%2</td></tr>")
                     .arg(left, right);
    return table + QStringLiteral("</table>");
}

QString bold(const QString& text) {
    return QStringLiteral("<b>%1</b>").arg(text.toHtmlEscaped());
}

QString figuresOf(const protocol::WhatIfEvent& variant) {
    return WhatIfPane::tr("%Ln visual token(s)", nullptr, variant.visual_tokens) +
           QStringLiteral("<br>") +
           WhatIfPane::tr("log-probability %1").arg(decimalText(variant.log_probability));
}

QString linkToGroups() {
    return QStringLiteral("<a href=\"%1\">%2</a>")
        .arg(kGroupsLink, WhatIfPane::tr("Show its groups beside"));
}

/// "0:55" or "1:0:55" as people read it.
QString partName(const QString& name) {
    const QStringList parts = name.split(QLatin1Char(':'));
    if (parts.size() == 2 && parts[0] == QLatin1String("event"))
        return WhatIfPane::tr("event %1").arg(parts[1].toInt() + 1);
    const int stage = parts.value(parts.size() - 2).toInt(), group = parts.last().toInt();
    const QString text = WhatIfPane::tr("group %1 of stage %2").arg(group + 1).arg(stage + 1);
    return parts.size() < 3 ? text
                            : WhatIfPane::tr("%1, event %2").arg(text).arg(parts[0].toInt() + 1);
}

}  // namespace

WhatIfPane::WhatIfPane(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      choice_(new QComboBox),
      ask_(button(tr("Ask"), ButtonRole::Primary)),
      progress_(new QProgressBar),
      result_(wrapped({}, "small")) {
    setObjectName(QStringLiteral("whatIfPane"));
    choice_->setAccessibleName(tr("What is changed"));
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    makeFields();
    progress_->setTextVisible(false);
    result_->setObjectName(QStringLiteral("whatIfResult"));
    result_->setTextFormat(Qt::RichText);
    result_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    result_->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::LinksAccessibleByKeyboard);
    QWidget* body = columnWidget({.margins = {0, 0, 8, 0}, .spacing = 6}, {{result_, 1}});
    column(this, {.margins = {}, .spacing = 6},
           {row({.spacing = 6}, {{choice_, 1}, ask_}),
            merging_,
            seeding_,
            progress_,
            {scrollArea(body, Scrolls::Upright), 1}});
    connect(ask_, &QPushButton::clicked, this, &WhatIfPane::ask);
    connect(choice_, &QComboBox::activated, this, &WhatIfPane::refresh);
    connect(result_, &QLabel::linkActivated, this, &WhatIfPane::followLink);
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged,
                              &GroupSelection::highlightChanged})
        connect(selection, signal, this, &WhatIfPane::refresh);
    refresh();
}

void WhatIfPane::makeFields() {
    for (int stage = 0; stage < 3; ++stage) {
        stages_[stage] = number(1, 576, tr("Groups of merging stage %1").arg(stage + 1));
        connect(stages_[stage], &QSpinBox::valueChanged, this, &WhatIfPane::refresh);
    }
    neighbors_ = number(0, 32, tr("Neighbours (k) of the density"));
    offerOwn(neighbors_);
    connect(neighbors_, &QSpinBox::valueChanged, this, &WhatIfPane::refresh);
    rate_ = new QDoubleSpinBox;
    rate_->setRange(0, 1);
    rate_->setDecimals(3);
    rate_->setSingleStep(0.05);
    rate_->setAccessibleName(tr("Events, as a share of the frames"));
    offerOwn(rate_);
    connect(rate_, &QDoubleSpinBox::valueChanged, this, &WhatIfPane::refresh);
    events_ = namedFields(tr("Events"), {rate_});
    seed_ = number(0, 999'999, tr("Seed"));
    seed_->setValue(1);
    seeding_ = rowWidget({.margins = {}}, {namedFields(tr("Seed"), {seed_}), Part::stretch()});
    merging_ = columnWidget(
        {.margins = {}, .spacing = 4},
        {row({.spacing = 4},
             {namedFields(tr("Groups"), {stages_[0], stages_[1], stages_[2]}), Part::stretch()}),
         row({.spacing = 12},
             {namedFields(tr("Neighbours"), {neighbors_}), events_, Part::stretch()})});
}

bool WhatIfPane::isOffered(Choice choice) const {
    const protocol::TokenGroups& groups = selection_->groups();
    const bool events = groups.is_video && groups.events.size() > 1;
    return (choice != Event && choice != WhyEvents) || events;
}

QString WhatIfPane::nameOf(Choice choice) const {
    switch (choice) {
        case Group:
            return keptGroup().empty() ? tr("Without a group: click one first")
                                       : tr("Without group %1").arg(selection_->pinned() + 1);
        case Event:
            return tr("Without event %1")
                .arg(eventOfFrame(selection_->groups(), selection_->unit().frame) + 1);
        case Stage:
            return tr("Without stage %1").arg(selection_->unit().stage + 1);
        case Merge:
            return tr("Merged otherwise");
        case Seed:
            return tr("With another seed");
        case WhyGroups:
            return tr("Why? Without each group in turn");
        case WhyEvents:
            return tr("Why? Without each event in turn");
    }
    return {};
}

/// What the model sees of the kept group, as the request names it; empty: none is kept, or the
/// model does not see it.
std::string WhatIfPane::keptGroup() const {
    const GroupUnit& unit = selection_->unit();
    if (selection_->pinned() < 0 || tokenOffset(selection_->groups(), unit) < 0) return {};
    const std::string group =
        std::to_string(unit.stage) + ":" + std::to_string(selection_->pinned());
    if (!selection_->groups().is_video) return group;
    return std::to_string(eventOfFrame(selection_->groups(), unit.frame)) + ":" + group;
}

void WhatIfPane::refresh() {
    if (selection_->groups().medium != medium_) clear();
    takeStages();
    const int chosen = choice_->count() == 0 ? WhyGroups : choice_->currentData().toInt();
    fillChoices(chosen);
    merging_->setVisible(chosen == Merge);
    seeding_->setVisible(chosen == Seed);
    events_->setVisible(selection_->groups().is_video);
    ask_->setText(busy_ ? tr("Stop") : tr("Ask"));
    ask_->setEnabled(busy_ || (selection_->groups().complete && canAsk(chosen)));
    progress_->setVisible(busy_);
    if (result_->text().isEmpty())
        result_->setText(
            tr("Asks the last question about this alone once more, with something "
               "changed, and shows what becomes of the answer."));
}

bool WhatIfPane::canAsk(int chosen) const {
    return (chosen != Group || !keptGroup().empty()) && (chosen != Merge || isMergedOtherwise());
}

/// Another medium's stages begin as it is merged; what was set stays as long as they are the same.
void WhatIfPane::takeStages() {
    const protocol::TokenGroups& groups = selection_->groups();
    if (!groups.complete || groups.frames.empty()) return;
    std::array<int, 3> own{};
    for (int stage = 0; stage < 3; ++stage)
        if (const auto* data = stageOf(groups, {groups.is_video, 0, stage}))
            own[stage] = static_cast<int>(data->sizes.size());
    if (own == own_stages_) return;
    own_stages_ = own;
    for (int stage = 0; stage < 3; ++stage) {
        const QSignalBlocker quiet(stages_[stage]);
        stages_[stage]->setValue(own[stage]);
    }
}

bool WhatIfPane::isMergedOtherwise() const {
    bool is_other = neighbors_->value() > 0;
    for (int stage = 0; stage < 3; ++stage)
        is_other = is_other || stages_[stage]->value() != own_stages_[stage];
    return is_other || (selection_->groups().is_video && rate_->value() > 0);
}

/// Leaves the list as it is where nothing of it changes: somebody may be choosing.
void WhatIfPane::fillChoices(int chosen) {
    int at = 0;
    for (const Choice each : {Group, Event, Stage, Merge, Seed, WhyGroups, WhyEvents}) {
        const int known = choice_->findData(each);
        if (!isOffered(each)) {
            if (known >= 0) choice_->removeItem(known);
            continue;
        }
        if (known < 0) choice_->insertItem(at, nameOf(each), each);
        if (choice_->itemText(at) != nameOf(each)) choice_->setItemText(at, nameOf(each));
        ++at;
    }
    if (choice_->currentData().toInt() != chosen)
        choice_->setCurrentIndex(std::max(0, choice_->findData(chosen)));
}

void WhatIfPane::clear() {
    medium_ = selection_->groups().medium;
    has_first_ = false;
    ranking_.clear();
    result_->clear();
    if (busy_) Q_EMIT stopRequested();
    busy_ = false;
}

protocol::WhatIfRequest WhatIfPane::request() const {
    protocol::WhatIfRequest request;
    request.medium = selection_->groups().source;
    request.clip = selection_->groups().clip;
    const int event = eventOfFrame(selection_->groups(), selection_->unit().frame);
    switch (static_cast<Choice>(choice_->currentData().toInt())) {
        case Group:
            request.left_out = {keptGroup()};
            break;
        case Event:
            request.left_out = {"event:" + std::to_string(event)};
            break;
        case Stage:
            request.left_out = {"stage:" + std::to_string(selection_->unit().stage)};
            break;
        case Merge:
            for (const QSpinBox* stage : stages_) request.stages.push_back(stage->value());
            if (neighbors_->value() > 0) request.neighbors = neighbors_->value();
            if (selection_->groups().is_video && rate_->value() > 0)
                request.temporal_rate = rate_->value();
            break;
        case Seed:
            request.seed = static_cast<std::uint64_t>(seed_->value());
            break;
        case WhyGroups:
            request.rank = protocol::WhatIfRank::Groups;
            break;
        case WhyEvents:
            request.rank = protocol::WhatIfRank::Events;
            break;
    }
    return request;
}

/// "demo: 16/8/4 groups, 3 neighbours", as long as it must be to tell two variants apart.
QString WhatIfPane::mergingName() const {
    QStringList parts{tr("%1/%2/%3 groups")
                          .arg(stages_[0]->value())
                          .arg(stages_[1]->value())
                          .arg(stages_[2]->value())};
    if (neighbors_->value() > 0) parts << tr("%Ln neighbour(s)", nullptr, neighbors_->value());
    if (selection_->groups().is_video && rate_->value() > 0)
        parts << tr("events %1").arg(rate_->text());
    const QString model = QString::fromStdString(selection_->groups().model);
    return (model.isEmpty() ? QString() : model + QStringLiteral(": ")) +
           parts.join(QStringLiteral(", "));
}

void WhatIfPane::followLink(const QString& link) {
    if (link == kGroupsLink) return Q_EMIT compareRequested(grouping_);
    if (link == kEndLink) return Q_EMIT ranked({});
    Q_EMIT tokenChosen(link.toInt());
}

void WhatIfPane::ask() {
    if (busy_) return Q_EMIT stopRequested();
    has_first_ = false;
    ranking_.clear();
    waits_ = false;
    changed_ = choice_->currentText();
    grouping_ = choice_->currentData().toInt() == Merge ? mergingName() : QString();
    result_->setText(tr("Asking…"));
    setBusy(true);
    Q_EMIT asked(request());
}

void WhatIfPane::setBusy(bool busy) {
    busy_ = busy;
    progress_->setRange(0, 0);
    refresh();
}

void WhatIfPane::setProgress(int done, int total) {
    progress_->setRange(0, total);
    progress_->setValue(done);
    const QString first = bold(tr("As it is")) + QLatin1Char(' ') +
                          QString::fromStdString(first_.reply).toHtmlEscaped();
    result_->setText((has_first_ ? first + QStringLiteral("<br>") : QString()) +
                     tr("Asking… %1 of %2").arg(done).arg(total));
}

void WhatIfPane::addVariant(const protocol::WhatIfEvent& variant) {
    if (!has_first_) {
        has_first_ = true;
        first_ = variant;
        showAnswers(nullptr);
    } else if (variant.rank > 0) {
        ranking_.push_back(variant);
    } else {
        if (variant.groups) Q_EMIT regrouped(grouping_, *variant.groups);
        showAnswers(&variant);
    }
}

/// What only one of the two says is bold in it. `changed`: not there yet.
void WhatIfPane::showAnswers(const protocol::WhatIfEvent* changed) {
    waits_ = changed == nullptr;
    const QString before = QString::fromStdString(first_.reply);
    std::pair heads(bold(tr("As it is")), bold(changed_));
    if (changed == nullptr)
        return result_->setText(besideEachOther(
            {heads, {before.toHtmlEscaped(), tr("Asking…")}, {figuresOf(first_), {}}}));
    const QString after = QString::fromStdString(changed->reply);
    if (changed->groups) heads.second += QStringLiteral("<br>") + linkToGroups();
    result_->setText(
        besideEachOther({heads,
                         {withChangedWords(after, before), withChangedWords(before, after)},
                         {figuresOf(first_), figuresOf(*changed)}}) +
        tr("The log-probability is that of the first answer, under either prompt."));
}

void WhatIfPane::showRanking() {
    std::vector<float> falls(static_cast<std::size_t>(selection_->groups().num_tokens()), 0.0F);
    QString lines =
        tr("<b>As it is</b> %1<br>By so much the answer's log-probability falls without:")
            .arg(QString::fromStdString(first_.reply).toHtmlEscaped());
    for (std::size_t i = 0; i < ranking_.size(); ++i) {
        const protocol::WhatIfEvent& part = ranking_[i];
        for (const int token : part.left_out)
            if (token >= 0 && static_cast<std::size_t>(token) < falls.size())
                falls[static_cast<std::size_t>(token)] =
                    static_cast<float>(std::max(0.0, part.fall));
        if (i >= kMostRanked || part.left_out.empty()) continue;
        lines += QStringLiteral("<br>%1 · <a href=\"%2\">%3</a>")
                     .arg(QLocale().toString(part.fall, 'g', 2))
                     .arg(part.left_out.front())
                     .arg(partName(QString::fromStdString(part.name)).toHtmlEscaped());
    }
    const bool noticed = ranking_.front().fall >= kNoticed;
    if (!noticed) lines += tr("<br>No single one of them is missed much.");
    lines +=
        QStringLiteral("<br><a href=\"%1\">%2</a>").arg(kEndLink, tr("Take it off the picture"));
    result_->setText(lines);
    Q_EMIT ranked(falls);
    // What is missed most may be in another event than the one that is shown.
    if (noticed && selection_->groups().is_video && !ranking_.front().left_out.empty())
        Q_EMIT tokenChosen(ranking_.front().left_out.front());
}

void WhatIfPane::finish() {
    if (!busy_) return;
    setBusy(false);
    if (!ranking_.empty()) return showRanking();
    if (waits_) showAnswers(&first_);  // nothing was changed after all
}

void WhatIfPane::fail(const QString& sentence) {
    setBusy(false);
    result_->setText(sentence.toHtmlEscaped());
}

}  // namespace univi::ui
