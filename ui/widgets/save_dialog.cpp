#include "ui/widgets/save_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QRegularExpression>
#include <QStandardPaths>

namespace univi::ui {
namespace {

constexpr qsizetype kLongestName = 80;
constexpr qsizetype kLongestBytes = 200;  ///< file systems count bytes, and the suffix comes on top

QString suffixOf(const QString& filter) {
    static const QRegularExpression pattern(QStringLiteral("\\*\\.(\\w+)"));
    return pattern.match(filter).captured(1);
}

}  // namespace

QString fileNameFrom(const QString& title, const QString& fallback) {
    QString name = title;
    for (QChar& c : name)
        if (!c.isPrint() || QStringView(u"/\\:*?\"<>|`$").contains(c)) c = QLatin1Char(' ');
    name = name.simplified().left(kLongestName);
    while (name.toUtf8().size() > kLongestBytes) name.chop(1);
    // A name that begins with a dot is hidden, one with a dash is an option.
    static const QRegularExpression ends(QStringLiteral("^[\\s.\\-]+|[\\s.\\x{2026}]+$"));
    name.remove(ends);
    return name.isEmpty() ? fallback : name;
}

QFileDialog* makeSaveDialog(QWidget* parent, const QString& title, const QString& name,
                            const QStringList& filters, const QString& folder) {
    auto* dialog = new QFileDialog(
        parent, title,
        folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                         : folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(suffixOf(filters.value(0)));
    dialog->selectFile(name + QLatin1Char('.') + suffixOf(filters.value(0)));
    // The dialog itself gives the shown name the suffix of another filter.
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(suffixOf(filter));
    });
    return dialog;
}

}  // namespace univi::ui
