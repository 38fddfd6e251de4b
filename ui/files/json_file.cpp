#include "ui/files/json_file.h"

#include <QFile>
#include <QJsonDocument>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_source.h"
#include "core/base/json_text.h"
#include "ui/files/openable_path.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

JsonObject failed(const QString& problem) {
    return {{}, problem.endsWith(QLatin1Char('.')) ? problem : problem + QLatin1Char('.')};
}

}  // namespace

JsonObject readJsonText(const QByteArray& text, const QString& where) {
    const std::string_view bytes(text.constData(), std::size_t(text.size()));
    try {
        // Qt's parser says neither line nor column, and takes what comes after the value.
        if (!base::parse_json(bytes, where.toStdString()).is_object())
            return failed(tr("%1 must hold one JSON object.").arg(where));
        const std::string_view plain = base::strip_byte_order_mark(bytes, where.toStdString());
        return {
            QJsonDocument::fromJson(QByteArray::fromRawData(plain.data(), qsizetype(plain.size())))
                .object(),
            {}};
    } catch (const base::Error& error) {
        return failed(QString::fromUtf8(error.what()));
    }
}

JsonObject readJsonFile(const QString& file, qint64 largest) {
    QFile opened(file);
    if (!opened.exists()) return {};
    if (!opened.open(QIODevice::ReadOnly))
        return failed(tr("%1 cannot be read: %2").arg(file, opened.errorString()));
    if (opened.size() > largest)
        return failed(tr("%1 is too large: %2 MB, at most %3 MB are read.")
                          .arg(file)
                          .arg(opened.size() >> 20)
                          .arg(largest >> 20));
    return readJsonText(opened.readAll(), file);
}

QString pathIn(const QJsonObject& object, const QString& field, const QString& bytes_field) {
    const QString bytes = object.value(bytes_field).toString();
    try {
        if (!bytes.isEmpty()) return openablePathOf(base::path_from_ascii(bytes.toStdString()));
    } catch (const base::Error&) {  // what the field shows is left
    }
    return object.value(field).toString();
}

}  // namespace univi::ui
