#include "ui/session/openable_path.h"

#include <QFile>
#include <QFileInfo>
#include <filesystem>
#include <fstream>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"

namespace univi::ui {

class OpenablePathTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    /// A Latin-1 name in a Latin-1 folder is found behind what Qt shows, byte by byte.
    void aNameThatIsNoUtf8IsFound() {
        const std::filesystem::path folder = home_->path("photos").toStdString() + "\xE9t\xE9";
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "caf\xE9.jpg") << "picture";
        const QString shown =
            QFile::decodeName(QByteArray::fromStdString((folder / "caf\xE9.jpg").string()));
        QVERIFY(shown.contains(QChar::ReplacementCharacter));
        QVERIFY(!QFileInfo::exists(shown));
        const QString opened = openablePath(shown);
        QVERIFY2(QFileInfo(opened).isFile(), qPrintable(opened));
        QVERIFY(opened.endsWith(".jpg"));
        QFile file(opened);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("picture"));
        QCOMPARE(openablePath(shown), opened);  // the same file is the same medium
        // Two files that are shown alike cannot be told apart.
        std::ofstream(folder / "caf\xE8.jpg") << "other";
        QCOMPARE(openablePath(shown), shown);
    }

    void otherPathsStayAsTheyAre() {
        QCOMPARE(openablePath("/no/where.jpg"), QString("/no/where.jpg"));
        QCOMPARE(openablePath(home_->path("caf\u00e9.jpg")), home_->path("caf\u00e9.jpg"));
        const QString lost =
            home_->path(QString("caf%1.jpg").arg(QChar(QChar::ReplacementCharacter)));
        QCOMPARE(openablePath(lost), lost);
    }

  private:
    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(OpenablePathTest)

}  // namespace univi::ui

#include "openable_path_test.moc"
