#include "ui/files/openable_path.h"

#include <QFile>
#include <QFileInfo>
#include <filesystem>
#include <fstream>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/files/json_file.h"

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

    void aPathWhoseBytesAreKnownIsNotSearchedFor() {
        const std::string folder = home_->path("photos").toStdString();
        std::filesystem::create_directories(folder);
        std::ofstream(folder + "/caf\xE9.jpg") << "picture";
        std::ofstream(folder + "/caf\xE8.jpg") << "other";
        for (const auto& [name, text] :
             {std::pair{"/caf\xE9.jpg", "picture"}, {"/caf\xE8.jpg", "other"}}) {
            QFile file(openablePathOf(folder + name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.readAll(), QByteArray(text));
        }
        QCOMPARE(openablePathOf("/no/where.jpg"), QString("/no/where.jpg"));
        const QJsonObject object{{"file", "x"},
                                 {"path_bytes", QString::fromStdString(folder) + "/caf%E9.jpg"}};
        QFile file(pathIn(object, "file", "path_bytes"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("picture"));
        QCOMPARE(pathIn(object, "file", "other"), QString("x"));
        QCOMPARE(pathIn({{"file", "x"}, {"path_bytes", "%zz"}}, "file", "path_bytes"),
                 QString("x"));
    }

    void jsonFilesOfPeopleAreReadOrNamed() {
        const auto read = [&](const QByteArray& bytes) {
            return readJsonFile(home_->file("a.json", bytes));
        };
        QCOMPARE(read("\xef\xbb\xbf{\"a\": 1}").object.value("a").toInt(), 1);
        QCOMPARE(read("{}").problem, QString());
        QCOMPARE(readJsonFile(home_->path("none.json")).problem, QString());
        for (const auto& [bytes, says] :
             {std::pair<QByteArray, const char*>{"{\"a\": 1,\n \"b\": ", "a.json, line 2"},
              {"{\"a\": 1}}", "a.json, line 1"},
              {"[1]", "must hold one JSON object"},
              {"", "a.json"},
              {QByteArray("\xff\xfe{\0}\0", 6), "UTF-16"}}) {
            const JsonObject bad = read(bytes);
            QVERIFY(bad.object.isEmpty());
            QVERIFY2(bad.problem.contains(says), qPrintable(bad.problem));
            QVERIFY(bad.problem.endsWith('.') && !bad.problem.contains('\n'));
        }
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
