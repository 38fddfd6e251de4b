#include "ui/widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPalette>
#include <QStandardPaths>
#include <QStyleFactory>
#include <cmath>
#include <memory>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/temporary_folder.h"
#include "ui/widgets/desktop_scheme.h"
#include "ui/widgets/hover_mender.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/style_sheet.h"

// A static library's resources are linked in only when named; the macro wants the global namespace.
static void initResources() {
    Q_INIT_RESOURCE(univi);
}

namespace univi::ui {
namespace {

Palette lightPalette() {
    Palette p;
    p.window = QColor("#f4f5f8");
    p.surface = QColor("#fcfcfd");
    p.raised = QColor("#ffffff");
    p.border = QColor("#e2e5eb");
    p.text = QColor("#1b1f27");
    p.textMuted = QColor("#5c6573");
    p.textOnAccent = QColor("#ffffff");
    p.accent = QColor("#4453d6");
    p.accentSoft = QColor("#e5e8fb");
    p.danger = QColor("#b92938");
    p.warning = QColor("#8a5a00");
    p.success = QColor("#1f7547");
    p.userBubble = QColor("#e9ecfa");
    return p;
}

Palette darkPalette() {
    Palette p;
    p.dark = true;
    p.window = QColor("#14161b");
    p.surface = QColor("#1a1d23");
    p.raised = QColor("#22262e");
    p.border = QColor("#313743");
    p.text = QColor("#e7e9ee");
    p.textMuted = QColor("#9ba4b3");
    p.textOnAccent = QColor("#10131f");
    p.accent = QColor("#8e9cff");
    p.accentSoft = QColor("#2b3156");
    p.danger = QColor("#ff8c91");
    p.warning = QColor("#e6b45c");
    p.success = QColor("#6fcb9a");
    p.userBubble = QColor("#2a2f43");
    return p;
}

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

QFont bodyFont(const QFont& system) {
    QFont font = system;
    if (QFontDatabase::hasFamily(QStringLiteral("Inter"))) font.setFamily(QStringLiteral("Inter"));
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

/// Style sheets take pictures by file name only: the arrow (and beside it the check mark) is drawn
/// once a theme.
QString chevronFile(bool dark) {
    const QDir folder = iconFolder();
    const QString path =
        folder.filePath(dark ? QStringLiteral("down-dark.png") : QStringLiteral("down-light.png"));
    if (!QFile::exists(path)) {
        iconPixmap(QStringLiteral("down"), IconTone::Muted, 14, 3.0).save(path);
        iconPixmap(QStringLiteral("check"), IconTone::OnAccent, 14, 3.0)
            .save(folder.filePath(dark ? QStringLiteral("check-dark.png")
                                       : QStringLiteral("check-light.png")));
    }
    return path;
}

}  // namespace

Theme::Theme() {
    palette_ = lightPalette();
}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

void Theme::install(QApplication& application) {
    initResources();
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setFont(bodyFont(application.font()));
    application.setWindowIcon(applicationIcon());
    HoverMender::install(application);
    scheme_ = new DesktopScheme(&application);
    connect(scheme_, &DesktopScheme::changed, this, &Theme::apply);
    apply();
}

void Theme::setMode(Mode mode) {
    mode_ = mode;
    apply();
}

QColor Theme::groupColor(int index) {
    // The golden angle spreads neighbouring indices; lightness alternates so that close
    // hues still differ.
    const double hue = std::fmod(0.61 + index * 0.38196601125, 1.0);
    return QColor::fromHslF(float(hue), 0.72f, index % 2 == 0 ? 0.56f : 0.66f);
}

void Theme::apply() {
    auto* application = qobject_cast<QApplication*>(QCoreApplication::instance());
    const bool dark =
        mode_ == Mode::Dark || (mode_ == Mode::System && scheme_ && scheme_->isDark());
    palette_ = dark ? darkPalette() : lightPalette();
    if (!application || !scheme_) return;
    application->setPalette(widgetPalette(palette_));
    const double base = QFontInfo(application->font()).pixelSize();
    application->setStyleSheet(makeStyleSheet(palette_, std::max(base, 13.0), chevronFile(dark)));
    Q_EMIT changed();
}

Theme::Mode Theme::mode() const {
    return mode_;
}

}  // namespace univi::ui
