#include "ui/widgets/icons.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QColor toneColor(IconTone tone) {
    const Palette& p = Theme::instance().palette();
    switch (tone) {
        case IconTone::Muted:
            return p.textMuted;
        case IconTone::Text:
            return p.text;
        case IconTone::Accent:
            return p.accent;
        case IconTone::OnAccent:
            return p.textOnAccent;
        case IconTone::Danger:
            return p.danger;
        case IconTone::Warning:
            return p.warning;
    }
    return p.text;
}

const QByteArray& svgSource(const QString& name) {
    static QHash<QString, QByteArray> cache;
    auto found = cache.find(name);
    if (found == cache.end()) {
        QFile file(QStringLiteral(":/univi/icons/%1.svg").arg(name));
        if (!file.open(QIODevice::ReadOnly)) qWarning("icon %s is missing", qUtf8Printable(name));
        found = cache.insert(name, file.readAll());
    }
    return *found;
}

void paintSvg(QPainter& painter, const QString& name, const QColor& color, const QRectF& rect) {
    QByteArray source = svgSource(name);
    source.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(source);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(painter.opacity() * color.alphaF());
    renderer.render(&painter, rect);
    painter.restore();
}

class SvgIconEngine : public QIconEngine {
  public:
    SvgIconEngine(QString name, IconTone tone) : name_(std::move(name)), tone_(tone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode,
               QIcon::State state) override {
        const bool accent = state == QIcon::On && tone_ == IconTone::Muted;
        QColor color = toneColor(accent ? IconTone::Accent : tone_);
        if (mode == QIcon::Disabled) color.setAlphaF(0.45f);
        const int side = std::min(rect.width(), rect.height());
        QRectF square(0, 0, side, side);
        square.moveCenter(QRectF(rect).center());
        paintSvg(*painter, name_, color, square);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        if (size.isEmpty()) return {};
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new SvgIconEngine(name_, tone_); }

  private:
    QString name_;
    IconTone tone_;
};

}  // namespace

QIcon icon(const QString& name, IconTone tone) {
    return QIcon(new SvgIconEngine(name, tone));
}

QPixmap iconPixmap(const QString& name, IconTone tone, int size, double devicePixelRatio) {
    QPixmap pixmap(QSize(size, size) * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintIcon(painter, name, tone, QRectF(0, 0, size, size));
    return pixmap;
}

QIcon applicationIcon() {
    return QIcon(QStringLiteral(":/univi/icons/univi.svg"));
}

void paintIcon(QPainter& painter, const QString& name, IconTone tone, const QRectF& rect) {
    paintSvg(painter, name, toneColor(tone), rect);
}

}  // namespace univi::ui
