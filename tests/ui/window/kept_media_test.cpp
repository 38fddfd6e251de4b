#include "ui/settings/kept_media.h"

#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <filesystem>

#include "app/desktop/main_window.h"
#include "core/base/media_cache.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

/// What Settings says and does about what is kept of pictures and videos, in the whole window.
class KeptMediaTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        settings_ = std::make_unique<AppSettings>();
    }
    void cleanup() {
        window_.reset();
        settings_.reset();
    }

    void theSizeOfEveryFolderIsShown() {
        put(base::visual_token_folder(), 'a', 3'000'000);
        put(base::shown_picture_folder(), 'b', 1'000'000);
        put(base::thumbnail_folder(), 'c', 200'000);
        openSettings();
        QTRY_COMPARE_WITH_TIMEOUT(size()->text(), QString("4 MB"), kWaitMs);
        QVERIFY(part<QPushButton>("clearMedia")->isEnabled());
        photograph("kept");
    }

    void whatIsNewIsCountedWhenThePageIsShownAgain() {
        openSettings();
        QTRY_VERIFY_WITH_TIMEOUT(size()->text() != QString("…"), kWaitMs);
        put(base::visual_token_folder(), 'a', 3'000'000);
        window_->showPage(MainWindow::Chat);
        window_->showPage(MainWindow::Settings);
        QTRY_COMPARE_WITH_TIMEOUT(size()->text(), QString("3 MB"), kWaitMs);
    }

    void clearRemovesItAndSaysSo() {
        put(base::visual_token_folder(), 'a', 3'000'000);
        put(base::shown_picture_folder(), 'b', 1'000'000);
        home_->file("cache/univi-studio/visual-tokens/mine.txt");
        openSettings();
        auto* clear = part<QPushButton>("clearMedia");
        QTRY_VERIFY_WITH_TIMEOUT(clear->isEnabled(), kWaitMs);
        QSignalSpy cleared(page(), &SettingsPage::mediaCleared);
        clear->setFocus();
        QTest::keyClick(clear, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(cleared.count(), 1, kWaitMs);
        QCOMPARE(size()->text(), QString("Nothing"));
        QCOMPARE(part<QLabel>("keptMediaMeaning")->text(), QString("4 MB were removed."));
        QVERIFY(!clear->isEnabled());
        QCOMPARE(QDir(home_->path("cache/univi-studio/visual-tokens")).entryList(QDir::Files),
                 QStringList("mine.txt"));
        photograph("cleared");
    }

    void theSwitchAndTheLimitReachTheEngineAndTheNextStart() {
        const QString log = home_->path("log");
        openSettings(log);
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(limits(log), QList<qint64>{2'000'000'000}, kWaitMs);
        auto* keep = part<QCheckBox>("keepMedia");
        auto* limit = part<QSpinBox>("mediaLimit");
        QVERIFY(keep->isChecked());
        QCOMPARE(limit->text(), QString("2 GB"));
        limit->setValue(5);
        QTRY_COMPARE_WITH_TIMEOUT(limits(log).value(1), 5'000'000'000, kWaitMs);
        keep->setFocus();
        QTest::keyClick(keep, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(limits(log).size(), 3, kWaitMs);
        QCOMPARE(limits(log).last(), 0);
        QVERIFY(!limit->isEnabled());
        photograph("off");
        window_.reset();
        QFile::remove(log);
        settings_ = std::make_unique<AppSettings>();
        openSettings(log);
        QVERIFY(!part<QCheckBox>("keepMedia")->isChecked());
        QCOMPARE(part<QSpinBox>("mediaLimit")->value(), 5);
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(limits(log), QList<qint64>{0}, kWaitMs);
    }

    void aLowerLimitHoldsAtOnce() {
        settings_->setKeptMedia(true, 2);
        // Sparse: no disk is used.
        grow(put(base::visual_token_folder(), 'a', 1), 900'000'000);
        grow(put(base::visual_token_folder(), 'b', 1), 900'000'000);
        openSettings();
        QTRY_COMPARE_WITH_TIMEOUT(size()->text(), QString("1.8 GB"), kWaitMs);
        part<QSpinBox>("mediaLimit")->setValue(1);
        QTRY_COMPARE_WITH_TIMEOUT(size()->text(), QString("900 MB"), kWaitMs);
    }

    void valuesOutOfRangeInTheFileAreBrought() {
        settings_->setKeptMedia(true, 2);
        settings_.reset();
        QSettings file(home_->path("config/univi-studio/settings.ini"), QSettings::IniFormat);
        for (const auto& [given, wanted] : {std::pair("0", 1), {"999999999999", 1000}, {"x", 2}}) {
            file.setValue("media/limit_gb", given);
            file.sync();
            QCOMPARE(AppSettings().mediaLimitGigabytes(), wanted);
        }
    }

    /// Frames that an open conversation shows are made again when it is looked at.
    void anOpenConversationReadsItsMediaAgain() {
        const QString log = home_->path("log");
        openSettings(log);
        window_->begin();
        window_->showPage(MainWindow::Chat);
        window_->chat()->startChat({home_->picture("cat.png")}, "What is this?");
        QTRY_VERIFY_WITH_TIMEOUT(
            !window_->chat()->model()->groups().isEmpty() && !window_->chat()->model()->isBusy(),
            kWaitMs);
        put(base::visual_token_folder(), 'a', 3'000'000);
        window_->showPage(MainWindow::Settings);
        auto* clear = part<QPushButton>("clearMedia");
        QTRY_VERIFY_WITH_TIMEOUT(clear->isEnabled(), kWaitMs);
        clear->click();
        QTRY_VERIFY_WITH_TIMEOUT(window_->chat()->model()->groups().isEmpty(), kWaitMs);
        const auto before = loggedRequests(log, "\"encode\"").size();
        window_->showPage(MainWindow::Chat);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->chat()->model()->groups().isEmpty(), kWaitMs);
        QCOMPARE(loggedRequests(log, "\"encode\"").size(), before + 1);
    }

  private:
    void openSettings(const QString& log = {}) {
        MainWindow::Options options;
        options.engine = scriptedEngine(log);
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
        window_->showPage(MainWindow::Settings);
    }
    SettingsPage* page() { return window_->findChild<SettingsPage*>(); }
    template <typename Widget>
    Widget* part(const char* name) {
        return page()->findChild<Widget*>(QLatin1String(name));
    }
    QLabel* size() { return part<QLabel>("keptMediaSize"); }

    /// A file as the cache names them.
    static std::filesystem::path put(const std::filesystem::path& folder, char digit, int bytes) {
        std::filesystem::create_directories(folder);
        const auto path = folder / (std::string(32, digit) + ".x");
        QFile file(QString::fromStdString(path.string()));
        if (file.open(QIODevice::WriteOnly)) file.write(QByteArray(bytes, 'x'));
        return path;
    }
    static void grow(const std::filesystem::path& file, std::uintmax_t bytes) {
        std::filesystem::resize_file(file, bytes);
    }
    /// What the engine was told so far.
    static QList<qint64> limits(const QString& log) {
        QList<qint64> out;
        for (const QByteArray& line : loggedRequests(log, "\"token_limit\"")) {
            const auto request = protocol::parse_request(line.toStdString());
            out << std::get<protocol::TokenLimitRequest>(request.body).bytes;
        }
        return out;
    }
    /// For a person to look at, where UNIVI_SCREENSHOTS names a folder.
    void photograph(const QString& name) {
        const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
        if (folder.isEmpty()) return;
        const Theme::Mode before = Theme::instance().mode();
        for (const QSize& size : {QSize(1280, 800), QSize(1024, 700)})
            for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
                Theme::instance().setMode(mode);
                window_->resize(size);
                QCoreApplication::processEvents();
                page()->findChild<QScrollArea*>()->ensureWidgetVisible(
                    part<QPushButton>("clearMedia"), 0, 150);
                window_->grab().save(QStringLiteral("%1/settings-%2-%3-%4.png")
                                         .arg(folder, name, toString(mode))
                                         .arg(size.width()));
            }
        Theme::instance().setMode(before);
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(KeptMediaTest)

}  // namespace univi::ui

#include "kept_media_test.moc"
