#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace univi::ui {

/// What a JSON file holds that a person or another tool may have written.
struct JsonObject {
    QJsonObject object;
    QString
        problem;  ///< one sentence on what is wrong with it; empty: it was read, or is not there
};

/// Reads a file of one JSON object; a byte order mark before it is read over. A file that is not
/// there is an empty object without a problem.
JsonObject readJsonFile(const QString& file, qint64 largest = qint64{64} << 20);

/// The same of a text; `where` names it in the sentence.
JsonObject readJsonText(const QByteArray& text, const QString& where);

/// A path out of an object, which Qt can open: its bytes stand in `bytes_field` where they are no
/// UTF-8 (core/base/json_text.h).
QString pathIn(const QJsonObject& object, const QString& field, const QString& bytes_field);

}  // namespace univi::ui
