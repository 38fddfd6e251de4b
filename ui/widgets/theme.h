#pragma once

#include <QColor>
#include <QObject>
#include <QPointer>

namespace univi::ui {

class DesktopScheme;

/// Colours of what code is made of, on the ground of the window.
struct CodeColours {
    QColor comment, string, number, keyword, constant, function, name;
};

/// Colours of the program by role. Contrast of text on its ground is at least 4.5:1 in both sets.
struct Palette {
    bool dark = false;
    QColor window, surface, raised, border;  ///< grounds from back to front, hairlines
    QColor text, textMuted, textOnAccent;
    QColor accent, accentSoft;  ///< actions, selection
    QColor danger, warning, success;
    QColor userBubble;
    CodeColours code;
};

/// Holds the colours: those of the desktop's light or dark scheme unless a person chose one
/// (--theme, settings). GUI thread.
class Theme : public QObject {
    Q_OBJECT
  public:
    enum class Mode { System, Light, Dark };
    static Theme& instance();
    /// Follows the desktop from now on and tells of changes.
    void follow(DesktopScheme* scheme);
    void setMode(Mode mode);
    Mode mode() const;
    const Palette& palette() const { return palette_; }
    /// The colours on white, whatever the window has: of what is written for others.
    static Palette light();
    /// Distinct colour of group or event `index` (golden-angle hues), readable on both grounds.
    static QColor groupColor(int index);

  Q_SIGNALS:
    void changed();

  private:
    Theme();
    void apply();
    Palette palette_;
    Mode mode_ = Mode::System;
    QPointer<DesktopScheme> scheme_;  ///< set by follow()
};

}  // namespace univi::ui
