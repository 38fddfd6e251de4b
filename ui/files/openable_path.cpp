#include "ui/files/openable_path.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <filesystem>
#include <optional>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/printable.h"

namespace univi::ui {
namespace {

namespace fs = std::filesystem;

constexpr int kMostEntries = 100'000;  ///< of a folder that is searched

QByteArray bytesOf(const fs::path& path) {
    return QByteArray::fromStdString(path.native());
}

/// The one entry of `folder` that Qt shows as `name`.
std::optional<fs::path> entryShownAs(const fs::path& folder, const QString& name) {
    std::optional<fs::path> found;
    std::error_code error;
    int seen = 0;
    for (fs::directory_iterator it(folder, error), end; !error && it != end && seen < kMostEntries;
         it.increment(error), ++seen) {
        if (QFile::decodeName(bytesOf(it->path().filename())) != name) continue;
        if (found) return std::nullopt;
        found = it->path();
    }
    return found;
}

/// Goes down from the root, looking into a folder where a name has lost its bytes.
std::optional<fs::path> bytesBehind(const QString& path) {
    fs::path at("/");
    for (const QString& name : path.split(QLatin1Char('/'), Qt::SkipEmptyParts)) {
        if (!name.contains(QChar::ReplacementCharacter)) {
            at /= QFile::encodeName(name).toStdString();
            continue;
        }
        const auto entry = entryShownAs(at, name);
        if (!entry) return std::nullopt;
        at = *entry;
    }
    return at;
}

/// "12ab34cd-caf_.jpg": one name for one path, readable, with its ending.
std::string linkName(const fs::path& target, const QString& shown) {
    const QByteArray hash =
        QCryptographicHash::hash(bytesOf(target), QCryptographicHash::Sha256).toHex().left(8);
    QString name = QFileInfo(shown).fileName();
    name.replace(QChar::ReplacementCharacter, QLatin1Char('_'));
    return (QString::fromLatin1(hash) + QLatin1Char('-') + name).toStdString();
}

/// A link of a readable name to `target`, which is there and shown as `shown`; `shown` itself where
/// none can be made.
QString linkTo(const fs::path& target, const QString& shown) {
    try {
        std::error_code error;
        const fs::path folder = base::cache_folder() / "names";
        fs::create_directories(folder, error);
        const fs::path link = folder / linkName(target, shown);
        if (fs::read_symlink(link, error) != target) {
            fs::remove(link, error);
            fs::create_symlink(target, link);
        }
        return QString::fromStdString(link.string());
    } catch (const std::exception& problem) {
        base::log_warning(std::string("no link to a file of an unreadable name: ") +
                          problem.what());
        return shown;
    }
}

}  // namespace

QString openablePath(const QString& path) {
    if (!path.contains(QChar::ReplacementCharacter) || QFileInfo::exists(path)) return path;
    const QString absolute = QFileInfo(path).absoluteFilePath();
    const auto target = bytesBehind(absolute);
    std::error_code error;
    if (!target || !fs::exists(*target, error)) return path;
    return linkTo(*target, absolute);
}

QString openablePathOf(const std::string& path) {
    const QString shown = QString::fromStdString(path);
    std::error_code error;
    if (base::is_utf8(path) || !fs::exists(path, error)) return shown;
    return linkTo(fs::absolute(path, error), shown);
}

}  // namespace univi::ui
