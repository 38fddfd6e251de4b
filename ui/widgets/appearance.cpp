#include "ui/widgets/appearance.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPalette>
#include <QStyleFactory>
#include <memory>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/temporary_folder.h"
#include "ui/widgets/combo_describer.h"
#include "ui/widgets/combo_elider.h"
#include "ui/widgets/desktop_motion.h"
#include "ui/widgets/desktop_scheme.h"
#include "ui/widgets/hover_mender.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/style_sheet.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/wheel_mender.h"
#include "ui/widgets/window_dresser.h"

// A static library's resources are linked in only when named; the macro wants the global namespace.
static void initResources() {
    Q_INIT_RESOURCE(univi);
}

namespace univi::ui {
namespace {

QPalette widgetPalette(const Palette& p) {
    QPalette q;
    q.setColor(QPalette::Window, p.surface);
    q.setColor(QPalette::Base, p.raised);
    q.setColor(QPalette::AlternateBase, p.window);
    q.setColor(QPalette::Button, p.raised);
    q.setColor(QPalette::ToolTipBase, p.raised);
    q.setColor(QPalette::Highlight, p.accent);
    q.setColor(QPalette::HighlightedText, p.textOnAccent);
    q.setColor(QPalette::Link, p.accent);
    q.setColor(QPalette::PlaceholderText, p.textMuted);
    for (auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        q.setColor(role, p.text);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        q.setColor(QPalette::Disabled, role, p.textMuted);
    return q;
}

/// The best font for simplified Chinese that is there: named, because what stands in for a missing
/// letter by itself may be a font of Japanese or of traditional characters.
QString chineseFamily() {
    for (const char* name : {"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
                             "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"})
        if (QFontDatabase::hasFamily(QLatin1String(name))) return QLatin1String(name);
    return {};
}

QFont bodyFont(const QFont& system) {
    QFont font = system;
    QStringList families;
    if (QFontDatabase::hasFamily(QStringLiteral("Inter"))) families << QStringLiteral("Inter");
    families << font.families() << chineseFamily();
    families.removeAll(QString());
    font.setFamilies(families);
    if (font.pointSizeF() > 0 && font.pointSizeF() < 10) font.setPointSizeF(10);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

/// A folder that ends with the program; none where there is no room for it.
QDir iconFolder() {
    static const auto folder = [] {
        try {
            return std::make_unique<base::TemporaryFolder>("icons");
        } catch (const base::Error& error) {
            base::log_warning(error.what());
            return std::unique_ptr<base::TemporaryFolder>();
        }
    }();
    return folder ? QString::fromStdString(folder->path().string()) : QString();
}

/// Style sheets take pictures by file name only: the arrow (and beside it the one upwards and the
/// check mark) is drawn once a theme.
QString chevronFile(bool dark) {
    const QDir folder = iconFolder();
    const QString path =
        folder.filePath(dark ? QStringLiteral("down-dark.png") : QStringLiteral("down-light.png"));
    if (!QFile::exists(path)) {
        iconPixmap(QStringLiteral("down"), IconTone::Muted, 14, 3.0).save(path);
        iconPixmap(QStringLiteral("up"), IconTone::Muted, 14, 3.0)
            .save(folder.filePath(dark ? QStringLiteral("up-dark.png")
                                       : QStringLiteral("up-light.png")));
        iconPixmap(QStringLiteral("check"), IconTone::OnAccent, 14, 3.0)
            .save(folder.filePath(dark ? QStringLiteral("check-dark.png")
                                       : QStringLiteral("check-light.png")));
    }
    return path;
}

void dress(QApplication& application, WindowDresser& dresser) {
    const Palette& palette = Theme::instance().palette();
    application.setPalette(widgetPalette(palette));
    const double base = QFontInfo(application.font()).pixelSize();
    dresser.setSheet(makeStyleSheet(palette, std::max(base, 13.0), chevronFile(palette.dark)));
}

}  // namespace

void installAppearance(QApplication& application) {
    initResources();
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setFont(bodyFont(application.font()));
    application.setWindowIcon(applicationIcon());
    HoverMender::install(application);
    WheelMender::install(application);
    ComboDescriber::install(application);
    ComboElider::install(application);
    auto* dresser = new WindowDresser(application);
    // The first to be told of a change: widgets that follow find the new palette and sheet.
    QObject::connect(&Theme::instance(), &Theme::changed, &application,
                     [&application, dresser] { dress(application, *dresser); });
    Theme::instance().follow(new DesktopScheme(&application));
    DesktopMotion::follow(&application);
}

}  // namespace univi::ui
