#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace univi::ui {

/// What the window may be told to speak. System: the first of the desktop's languages that it
/// knows, else English.
enum class Language { System, English, SimplifiedChinese };

/// "system", "en" or "zh_CN"; nothing for another word.
std::optional<Language> languageFrom(const QString& name);
QString toString(Language language);

/// The first language of a list in the form of QLocale::uiLanguages() that the window speaks.
/// Chinese that names its characters or a place where they are the traditional ones is not taken
/// for simplified Chinese.
Language languageAmong(const QStringList& wished);

/// Makes tr(), Qt's own dialogs and QLocale() speak a language from here on. Texts that stand in
/// widgets already stay. Needs the application object; GUI thread.
void installLanguage(Language language);

}  // namespace univi::ui
