// The pane that asks again with something changed.
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/ui/groups/sample_groups.h"
#include "tests/ui/qt_test.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/what_if_pane.h"
#include "ui/widgets/changed_words.h"

using namespace univi;
using univi::ui::GroupSelection;
using namespace univi::ui::test;

namespace {

protocol::WhatIfEvent answer(const char* reply, double log_probability) {
    protocol::WhatIfEvent event;
    event.reply = reply;
    event.visual_tokens = 7;
    event.log_probability = log_probability;
    return event;
}

protocol::WhatIfEvent missed(const char* name, std::vector<int> tokens, int rank, double fall) {
    protocol::WhatIfEvent event;
    event.name = name;
    event.left_out = std::move(tokens);
    event.rank = rank;
    event.fall = fall;
    return event;
}

}  // namespace

class WhatIfTest : public QObject {
    Q_OBJECT
    GroupSelection selection_;
    ui::WhatIfPane pane_{&selection_};
    QComboBox* choice_ = pane_.findChild<QComboBox*>();
    QPushButton* ask_ = pane_.findChild<QPushButton*>();
    std::vector<protocol::WhatIfRequest> asked_;

    void choose(const QString& beginning) {
        for (int i = 0; i < choice_->count(); ++i)
            if (choice_->itemText(i).startsWith(beginning)) {
                choice_->setCurrentIndex(i);
                Q_EMIT choice_->activated(i);
                return;
            }
        QFAIL(qPrintable(beginning));
    }
    QSpinBox* stage(int number) const { return pane_.findChildren<QSpinBox*>().at(number); }
    QString said() const { return pane_.findChild<QLabel*>("whatIfResult")->text(); }

  private Q_SLOTS:
    void initTestCase() {
        connect(&pane_, &ui::WhatIfPane::asked, this,
                [this](const protocol::WhatIfRequest& request) { asked_.push_back(request); });
    }

    void init() {
        selection_.clear();
        pane_.clear();
        asked_.clear();
    }

    void theKeptGroupIsNamedAsTheModelCountsIt() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 1));
        choose(QStringLiteral("Without a group"));
        QVERIFY(!ask_->isEnabled());
        selection_.setStage(1);
        selection_.setPinned(1);
        QVERIFY(ask_->isEnabled());
        ask_->click();
        QCOMPARE(asked_.back().left_out, (std::vector<std::string>{"1:1"}));
        QCOMPARE(asked_.back().medium, std::string("a.png"));
        pane_.finish();
        selection_.setGroups(videoGroups(QStringLiteral("b.png")));
        selection_.setFrame(2);
        selection_.setStage(0);
        selection_.setPinned(3);
        choose(QStringLiteral("Without group 4"));
        ask_->click();
        QCOMPARE(asked_.back().left_out, (std::vector<std::string>{"1:0:3"}));
        pane_.finish();
        selection_.setEventLevel(false);  // a frame's own groups are not what the model sees
        QVERIFY(!ask_->isEnabled());
        selection_.setEventLevel(true);
    }

    void eventsAreOfferedForClipsOnly() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 2));
        QCOMPARE(choice_->count(), 5);
        selection_.setGroups(videoGroups(QStringLiteral("b.png")));
        QCOMPARE(choice_->count(), 7);
        selection_.setFrame(3);
        choose(QStringLiteral("Without event 2"));
        ask_->click();
        QCOMPARE(asked_.back().left_out, (std::vector<std::string>{"event:1"}));
    }

    void bothAnswersStandBesideEachOther() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 3));
        choose(QStringLiteral("Merged"));
        stage(0)->setValue(3);
        ask_->click();
        QCOMPARE(asked_.back().stages, (std::vector<double>{3, 2, 1}));
        QVERIFY(!asked_.back().neighbors);
        QVERIFY(pane_.isBusy());
        QCOMPARE(ask_->text(), QStringLiteral("Stop"));
        pane_.addVariant(answer("There is a <dog>.", -0.5));
        QVERIFY(said().contains(QString::fromUtf8("Asking…")));
        protocol::WhatIfEvent changed = answer("There is a cat.", -3.25);
        changed.visual_tokens = 5;
        pane_.addVariant(changed);
        pane_.finish();
        QVERIFY(!pane_.isBusy());
        const QString table = said();
        QVERIFY(!table.contains(QString::fromUtf8("Asking…")));
        // One column each, in this order: what it is called, the answer, what it costs, its score.
        qsizetype at = 0;
        for (const char* part :
             {"As it is", "Merged otherwise", "There is a <b>&lt;dog&gt;.</b>",
              "There is a <b>cat.</b>", "7 visual tokens", "log-probability -0.50",
              "5 visual tokens", "log-probability -3.25"}) {
            const qsizetype found = table.indexOf(QLatin1String(part), at);
            QVERIFY2(found >= at, part);
            at = found;
        }
        stage(0)->setValue(4);  // as it is merged: nothing is left to ask
        QVERIFY(!ask_->isEnabled());
    }

    void theGroupsOfAVariantAreOfferedUnderItsName() {
        protocol::TokenGroups groups = videoGroups(QStringLiteral("b.png"));
        groups.model = "demo";
        selection_.setGroups(groups);
        choose(QStringLiteral("Merged"));
        stage(0)->setValue(3);
        pane_.findChildren<QSpinBox*>().at(3)->setValue(2);
        pane_.findChild<QDoubleSpinBox*>()->setValue(0.5);
        ask_->click();
        QStringList known, wanted;
        connect(&pane_, &ui::WhatIfPane::regrouped, this,
                [&known](const QString& name, const protocol::TokenGroups& variant) {
                    known << name + QString::number(variant.frames.size());
                });
        connect(&pane_, &ui::WhatIfPane::compareRequested, this,
                [&wanted](const QString& name) { wanted << name; });
        pane_.addVariant(answer("A dog.", -1));
        QVERIFY(!said().contains("Show its groups"));
        protocol::WhatIfEvent variant = answer("A cat.", -2);
        variant.groups = groups;
        pane_.addVariant(variant);
        pane_.finish();
        const QString name = QStringLiteral("demo: 3/2/1 groups, 2 neighbours, events 0.500");
        QCOMPARE(known, QStringList{name + QStringLiteral("6")});
        QVERIFY(said().contains("Show its groups beside"));
        Q_EMIT pane_.findChild<QLabel*>("whatIfResult")->linkActivated(QStringLiteral("groups"));
        QCOMPARE(wanted, QStringList{name});
        // Once they stand there the link takes them away again.
        QSignalSpy hidden(&pane_, &ui::WhatIfPane::hideRequested);
        pane_.setShownGrouping(name);
        QVERIFY(said().contains("Hide its groups") && !said().contains("Show its groups"));
        Q_EMIT pane_.findChild<QLabel*>("whatIfResult")->linkActivated(QStringLiteral("groups"));
        QCOMPARE(hidden.size(), 1);
        QCOMPARE(wanted.size(), 1);
        pane_.setShownGrouping({});
        QVERIFY(said().contains("Show its groups beside"));
        stage(0)->setValue(4);
        pane_.findChildren<QSpinBox*>().at(3)->setValue(0);
        pane_.findChild<QDoubleSpinBox*>()->setValue(0);
    }

    /// All groups in turn take a while: the one that is kept is asked about first.
    void aKeptGroupIsWhatIsAskedAboutUnlessSomebodyChose() {
        GroupSelection selection;
        ui::WhatIfPane pane(&selection);
        auto* choice = pane.findChild<QComboBox*>();
        selection.setGroups(pictureGroups(QStringLiteral("a.png"), 9));
        QVERIFY(choice->currentText().startsWith("Why? Without each of 7 groups"));
        selection.setPinned(2);
        QCOMPARE(choice->currentText(), QString("Without group 3"));
        selection.setPinned(2);
        QVERIFY(choice->currentText().startsWith("Why?"));
        const int stage = choice->findText(QStringLiteral("Without stage 1 · 4 groups"));
        choice->setCurrentIndex(stage);
        Q_EMIT choice->activated(stage);
        selection.setPinned(1);
        QVERIFY(choice->currentText().startsWith("Without stage"));
    }

    void whatCannotBeAskedSaysWhy() {
        auto* hint = pane_.findChild<QLabel*>("whatIfHint");
        const auto refused = [&](const char* words) {
            return !ask_->isEnabled() && hint->text().contains(QLatin1String(words)) &&
                   !hint->isHidden() && ask_->toolTip() == hint->text();
        };
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 10));
        choose(QStringLiteral("Why? Without each of 7 groups"));
        QVERIFY(hint->isHidden());
        choose(QStringLiteral("Merged"));
        QVERIFY(refused("Change a number"));
        stage(0)->setValue(3);
        QVERIFY(ask_->isEnabled() && hint->isHidden() && ask_->toolTip().isEmpty());
        stage(0)->setValue(4);
        choose(QStringLiteral("Without a group"));
        QVERIFY(refused("Click a group"));
        selection_.setGroups(videoGroups(QStringLiteral("b.png")));
        choose(QStringLiteral("Without a group"));
        selection_.setEventLevel(false);
        selection_.setPinned(1);
        QVERIFY(refused("choose Event"));
        selection_.setEventLevel(true);
        choose(QStringLiteral("Sampled with another seed"));
        QVERIFY(ask_->isEnabled());
        QVERIFY(hint->text().contains("temperature 0"));
        protocol::TokenGroups early = videoGroups(QStringLiteral("c.png"));
        early.complete = false;
        selection_.setGroups(early);
        QVERIFY(refused("once it is read"));
    }

    /// Falls stand under each other; a negative one is said as what it is.
    void whatTheAnswerIsLikelierWithoutIsSaidSo() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 11));
        choose(QStringLiteral("Why? Without each of 7 groups"));
        ask_->click();
        pane_.addVariant(answer("A dog.", -0.5));
        pane_.addVariant(missed("0:2", {2}, 1, 12.5));
        pane_.addVariant(missed("0:0", {0}, 2, 0.0625));
        pane_.addVariant(missed("0:1", {1}, 3, 0.001));
        pane_.addVariant(missed("1:0", {4}, 4, -0.25));
        pane_.finish();
        const QString text = said();
        qsizetype at = 0;
        for (const char* part :
             {"Less likely without", ">12.50<", "group 3 of stage 1", ">0.06<",
              "group 1 of stage 1", "More likely without", ">0.25<", "group 1 of stage 2"}) {
            const qsizetype found = text.indexOf(QLatin1String(part), at);
            QVERIFY2(found >= at, part);
            at = found;
        }
        QVERIFY(!text.contains(QLatin1String("-0")));
        QVERIFY(!text.contains("group 2 of stage 1"));  // without it nothing changes
        QCOMPARE(text.count("align=\"right\""), 3);
    }

    void onlyWhatDiffersIsAskedAsMergedOtherwise() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 7));
        choose(QStringLiteral("Merged"));
        QCOMPARE(stage(0)->value(), 4);  // as it is merged
        QCOMPARE(stage(2)->value(), 1);
        QVERIFY(!ask_->isEnabled());
        auto* neighbors = pane_.findChildren<QSpinBox*>().at(3);
        QCOMPARE(neighbors->text(), QStringLiteral("own"));
        neighbors->setValue(2);
        QVERIFY(ask_->isEnabled());
        ask_->click();
        QCOMPARE(asked_.back().neighbors, std::optional(2));
        QVERIFY(!asked_.back().temporal_rate);
        pane_.finish();
        neighbors->setValue(0);
        QVERIFY(!ask_->isEnabled());
        selection_.setGroups(videoGroups(QStringLiteral("b.png")));
        auto* rate = pane_.findChild<QDoubleSpinBox*>();
        QCOMPARE(rate->text(), QStringLiteral("own"));
        rate->setValue(0.125);
        ask_->click();
        QCOMPARE(asked_.back().temporal_rate, std::optional(0.125));
        QVERIFY(!asked_.back().neighbors);
        pane_.finish();
        rate->setValue(0);
    }

    void anotherSeedIsAsked() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 8));
        choose(QStringLiteral("Sampled with another seed"));
        pane_.findChildren<QSpinBox*>().last()->setValue(7);
        ask_->click();
        QCOMPARE(asked_.back().seed, std::optional<std::uint64_t>(7));
        QVERIFY(asked_.back().stages.empty());
        pane_.finish();
        choose(QStringLiteral("Why? Without each of 7 groups"));
        ask_->click();
        QVERIFY(!asked_.back().seed);
        pane_.finish();
    }

    void aRankingIsDrawnAndItsPartsAreFound() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 4));
        choose(QStringLiteral("Why? Without each of 7 groups"));
        QSignalSpy ranked(&pane_, &ui::WhatIfPane::ranked);
        ask_->click();
        QCOMPARE(asked_.back().rank, protocol::WhatIfRank::Groups);
        pane_.addVariant(answer("A dog.", -0.5));
        pane_.setProgress(3, 7);
        QVERIFY(said().contains(QString::fromUtf8("A dog.<br>Asking… 3 of 7")));
        pane_.addVariant(missed("0:2", {2}, 1, 1.5));
        pane_.addVariant(missed("1:0", {4}, 2, -0.25));
        pane_.finish();
        QCOMPARE(ranked.count(), 1);
        QCOMPARE(ranked[0][0].value<std::vector<float>>(),
                 (std::vector<float>{0, 0, 1.5F, 0, 0, 0, 0}));
        QVERIFY(said().contains(QLatin1String("group 3 of stage 1")));
        selection_.showToken(4);
        QCOMPARE(selection_.unit().stage, 1);
        QCOMPARE(selection_.pinned(), 0);
        QVERIFY(said().contains(QLatin1String("Take it off the picture")));
        Q_EMIT pane_.findChild<QLabel*>("whatIfResult")->linkActivated(QStringLiteral("end"));
        QCOMPARE(ranked.count(), 2);
        QVERIFY(ranked[1][0].value<std::vector<float>>().empty());
    }

    void whatAClipMissesMostIsGoneTo() {
        selection_.setGroups(videoGroups(QStringLiteral("b.png")));
        choose(QStringLiteral("Why? Without each of 14 groups"));
        QSignalSpy chosen(&pane_, &ui::WhatIfPane::tokenChosen);
        for (const double fall : {1.5, 0.01}) {  // what is hardly missed is nowhere to go to
            ask_->click();
            pane_.addVariant(answer("A dog.", -0.5));
            pane_.addVariant(missed("1:0:2", {9}, 1, fall));
            pane_.finish();
        }
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toInt(), 9);
    }

    void whatFailsIsSaidAndAnotherMediumBeginsAnew() {
        selection_.setGroups(pictureGroups(QStringLiteral("a.png"), 5));
        QSignalSpy stopped(&pane_, &ui::WhatIfPane::stopRequested);
        ask_->click();
        pane_.fail(QStringLiteral("Stopped."));
        QVERIFY(!pane_.isBusy());
        QCOMPARE(said(), QStringLiteral("Stopped."));
        ask_->click();
        QCOMPARE(stopped.count(), 0);
        ask_->click();
        QCOMPARE(stopped.count(), 1);
        selection_.setGroups(pictureGroups(QStringLiteral("c.png"), 6));
        QCOMPARE(stopped.count(), 2);
        QVERIFY(!pane_.isBusy());
        QVERIFY(said().contains(QLatin1String("last question")));
    }

    void thePanelOffersItWhereItIsAnswered() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        panel.setGroups(pictureGroups(QStringLiteral("a.png")));
        ui::WhatIfPane* pane = panel.findChild<ui::WhatIfPane*>();
        QVERIFY(!pane->isVisible());
        QCOMPARE(panel.whatIf(), pane);
        for (QToolButton* each : panel.findChildren<QToolButton*>())
            if (each->text() == QLatin1String("What if")) each->click();
        QVERIFY(pane->isVisible());
    }

    void changedWordsStandOut() {
        QCOMPARE(ui::withChangedWords(QStringLiteral("a b c d"), QStringLiteral("a x c d e")),
                 QStringLiteral("a <b>x</b> c d <b>e</b>"));
        QCOMPARE(ui::withChangedWords(QStringLiteral("a b"), QStringLiteral("a b")),
                 QStringLiteral("a b"));
        QCOMPARE(ui::withChangedWords({}, QStringLiteral("<i>")),
                 QStringLiteral("<b>&lt;i&gt;</b>"));
    }
};

UNIVI_QT_TEST(WhatIfTest)
#include "what_if_test.moc"
