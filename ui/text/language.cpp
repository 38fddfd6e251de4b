#include "ui/text/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

// A static library's resources are linked in only when named; the macro wants the global namespace.
static void initTranslations() {
    Q_INIT_RESOURCE(translations);
}

namespace univi::ui {
namespace {

bool speaks(const QLocale& locale, Language language) {
    return locale.language() == QLocale::Chinese
               ? language == Language::SimplifiedChinese &&
                     locale.script() == QLocale::SimplifiedHanScript
               : language == Language::English;
}

/// A translator that is gone with the application; nothing where the file is not there.
void install(const QString& name, const QString& folder) {
    auto* translator = new QTranslator(QCoreApplication::instance());
    if (translator->load(name, folder))
        QCoreApplication::installTranslator(translator);
    else
        delete translator;
}

}  // namespace

std::optional<Language> languageFrom(const QString& name) {
    for (const Language each : {Language::System, Language::English, Language::SimplifiedChinese})
        if (name == toString(each)) return each;
    return std::nullopt;
}

QString toString(Language language) {
    switch (language) {
        case Language::English:
            return QStringLiteral("en");
        case Language::SimplifiedChinese:
            return QStringLiteral("zh_CN");
        case Language::System:
            break;
    }
    return QStringLiteral("system");
}

Language languageAmong(const QStringList& wished) {
    for (const QString& name : wished) {
        const QLocale locale(name);
        if (locale.language() == QLocale::English) return Language::English;
        if (locale.language() == QLocale::Chinese && speaks(locale, Language::SimplifiedChinese))
            return Language::SimplifiedChinese;
    }
    return Language::English;
}

void installLanguage(Language language) {
    initTranslations();
    const QLocale system = QLocale::system();
    if (language == Language::System) language = languageAmong(system.uiLanguages());
    for (QTranslator* former : QCoreApplication::instance()->findChildren<QTranslator*>())
        delete former;
    install(QStringLiteral("univi_") + toString(language), QStringLiteral(":/univi/translations"));
    if (language == Language::SimplifiedChinese)
        install(QStringLiteral("qtbase_zh_CN"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    // Numbers and dates follow the desktop, in so far as it does not speak another language.
    const bool chinese = language == Language::SimplifiedChinese;
    if (chinese == (system.language() == QLocale::Chinese))
        QLocale::setDefault(system);
    else
        QLocale::setDefault(chinese ? QLocale(QLocale::Chinese, QLocale::China)
                                    : QLocale(QLocale::English, QLocale::UnitedStates));
}

}  // namespace univi::ui
