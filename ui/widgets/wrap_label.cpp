#include "ui/widgets/wrap_label.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QStyleOption>
#include <QTextLayout>
#include <algorithm>
#include <cmath>

namespace univi::ui {
namespace {

constexpr int kNarrowestLetters = 12, kPreferredLetters = 48;

}  // namespace

WrapLabel::WrapLabel(const QString& text, const char* type, QWidget* parent)
    : QLabel(text, parent) {
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    if (*type) setProperty("type", QString::fromLatin1(type));
    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(tr("Copy"), this);
    addAction(copy);
    connect(copy, &QAction::triggered, this,
            [this] { QApplication::clipboard()->setText(this->text()); });
}

int WrapLabel::layOut(int width, QPainter* painter) const {
    QTextLayout layout(QString(text()).replace(QLatin1Char('\n'), QChar(QChar::LineSeparator)),
                       font(), this);
    QTextOption option(alignment() & Qt::AlignHorizontal_Mask);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    qreal y = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, width));
        line.setPosition({0, y});
        y += line.height();
    }
    layout.endLayout();
    const int height = int(std::ceil(y));
    if (painter) layout.draw(painter, contentsRect().topLeft() + QPointF(0, offset(height)));
    return height;
}

/// Room above a text of this height, by the label's alignment.
int WrapLabel::offset(int height) const {
    const int room = std::max(0, contentsRect().height() - height);
    return alignment() & Qt::AlignBottom ? room : alignment() & Qt::AlignTop ? 0 : room / 2;
}

int WrapLabel::heightForWidth(int width) const {
    ensurePolished();
    const QMargins margins = contentsMargins();
    return layOut(width - margins.left() - margins.right(), nullptr) + margins.top() +
           margins.bottom();
}

QSize WrapLabel::sizeHint() const {
    ensurePolished();
    const int most = fontMetrics().averageCharWidth() * kPreferredLetters;
    const int width = std::min(most, fontMetrics().horizontalAdvance(text()) + 1);
    return {width, heightForWidth(width)};
}

QSize WrapLabel::minimumSizeHint() const {
    ensurePolished();
    return {fontMetrics().averageCharWidth() * kNarrowestLetters, fontMetrics().height()};
}

void WrapLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_Widget, &option, &painter, this);
    const auto group = isEnabled() ? QPalette::Active : QPalette::Disabled;
    painter.setPen(palette().color(group, foregroundRole()));
    layOut(contentsRect().width(), &painter);
}

}  // namespace univi::ui
