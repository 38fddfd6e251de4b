#include "ui/media/samples.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QPushButton>
#include <QRegularExpression>
#include <algorithm>

#include "app/desktop/main_window.h"
#include "core/base/paths.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/turn_view.h"
#include "ui/models/model_chooser.h"
#include "ui/settings/app_settings.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kReplyMs = 120'000;  // the real engine on a loaded machine

/// What the pictures show (training/demo/samples.cpp puts the things there): words that the answer
/// must say exactly once, and words that it must not say.
struct Truth {
    const char* file;
    QStringList once, never;
};

const QList<Truth>& truths() {
    static const QList<Truth> kTruths = {
        {"meadow.jpg", {"horse", "rooster", "pig"}, {"owl", "cow", "cat", "dog"}},
        {"stars.jpg", {"three"}, {"two", "four", "one"}},
        {"fruit.jpg", {"yes", "banana"}, {"no"}},
        {"street.jpg", {"bus", "left"}, {"car"}},
        {"sea.jpg", {"top", "left"}, {"bottom", "right"}},
        {"colours.jpg", {"red"}, {"blue", "green", "yellow"}},
        {"one_after_another.mp4", {"dog"}, {"cat", "balloon"}},
        {"drive.mp4", {"car", "tree"}, {"bus"}},
        {"visitor.mp4", {"yes", "rabbit"}, {"no"}},
    };
    return kTruths;
}

qsizetype timesSaid(const QString& reply, const QString& word) {
    const QRegularExpression whole(QStringLiteral("\\b%1\\b").arg(word),
                                   QRegularExpression::CaseInsensitiveOption);
    return reply.count(whole);
}

}  // namespace

/// Every sample that the window offers, asked with the real engine, the demo model and the settings
/// of a person who has set nothing.
class SamplesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        settings_ = std::make_unique<AppSettings>();
        MainWindow::Options options;
        options.engine.program = QStringLiteral(UNIVI_ENGINE);
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
        window_->begin();
    }
    void cleanupTestCase() {
        window_.reset();
        settings_.reset();
    }

    void everySampleIsAnsweredAsItsPictureShows_data() {
        QTest::addColumn<int>("index");
        const QList<Sample> samples = readSamples(samplesFolder());
        QVERIFY(samples.size() >= 6);
        for (int i = 0; i < samples.size(); ++i) QTest::newRow(qPrintable(samples[i].title)) << i;
    }

    void everySampleIsAnsweredAsItsPictureShows() {
        QFETCH(int, index);
        const Sample sample = readSamples(samplesFolder())[index];
        const QString file = QFileInfo(sample.file).fileName();
        const auto truth =
            std::ranges::find_if(truths(), [&](const Truth& t) { return file == t.file; });
        QVERIFY2(truth != truths().end(), qPrintable(file + " has no known answer"));
        choose(sample);
        QTRY_VERIFY_WITH_TIMEOUT(!chat().model()->isNew() && !chat().model()->isBusy(), kReplyMs);
        const Turn& turn = chat().model()->turns().last();
        QCOMPARE(turn.question, sample.question);
        QCOMPARE(turn.state, Turn::State::Done);
        const QString reply = chat().view()->turnView(0)->replyText();
        for (const QString& word : truth->once)
            QVERIFY2(timesSaid(reply, word) == 1, qPrintable(word + ": " + reply));
        for (const QString& word : truth->never)
            QVERIFY2(timesSaid(reply, word) == 0, qPrintable(word + ": " + reply));
    }

    /// A folder that only the engine can tell from a model: its weights are cut off. The model that
    /// is loaded stays, in the same process, and answers on.
    void aModelThatIsCutOffLeavesTheLoadedOne() {
        const QString folder = home_.path("cut-off");
        QVERIFY(QDir().mkpath(folder));
        const QString demo = QString::fromStdString(base::demo_model_folder()->string());
        for (const QFileInfo& file : QDir(demo).entryInfoList(QDir::Files)) {
            const QString copy = folder + "/" + file.fileName();
            QVERIFY(QFile::copy(file.filePath(), copy));
            QVERIFY(QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner));
            if (file.suffix() == "safetensors") QVERIFY(QFile::resize(copy, file.size() / 2));
        }
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kReplyMs);
        const qint64 process = window_->engine()->processId();
        QSignalSpy states(window_->engine(), &EngineClient::stateChanged);
        QSignalSpy refused(window_->engine(), &EngineClient::refused);
        window_->findChild<ModelChooser*>()->loadFolder(folder);
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kReplyMs);
        QVERIFY2(chat().notice()->sentence().contains("cut-off"),
                 qPrintable(chat().notice()->sentence()));
        QCOMPARE(states.count(), 0);
        QCOMPARE(window_->engine()->processId(), process);
        const Sample sample = readSamples(samplesFolder()).first();
        choose(sample);
        QTRY_VERIFY_WITH_TIMEOUT(!chat().model()->isNew() && !chat().model()->isBusy(), kReplyMs);
        QCOMPARE(chat().model()->turns().last().state, Turn::State::Done);
        // The same one by another way is another model, for the same process.
        window_->findChild<ModelChooser*>()->loadFolder(demo);
        QTRY_COMPARE_WITH_TIMEOUT(states.count(), 2, kReplyMs);
        QCOMPARE(window_->engine()->state(), EngineClient::State::Ready);
        QCOMPARE(window_->engine()->processId(), process);
        choose(sample);
        QTRY_VERIFY_WITH_TIMEOUT(!chat().model()->isNew() && !chat().model()->isBusy(), kReplyMs);
        QCOMPARE(chat().model()->turns().last().state, Turn::State::Done);
    }

    /// The demo model tells which way a thing moves in four of five clips only, and not
    /// in this one.
    void noSampleAsksWhatTheModelDoesNotKnow() {
        for (const Sample& sample : readSamples(samplesFolder()))
            QVERIFY2(!sample.question.contains("Which way"), qPrintable(sample.question));
    }

  private:
    ChatPage& chat() { return *window_->chat(); }

    /// By its card where the empty chat shows one.
    void choose(const Sample& sample) {
        chat().newChat();
        for (auto* card : window_->findChildren<QPushButton*>("sampleCard"))
            if (card->accessibleName().contains(sample.title)) return card->click();
        chat().startChat({sample.file}, sample.question);
    }

    TestHome home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(SamplesTest)

}  // namespace univi::ui

#include "samples_test.moc"
