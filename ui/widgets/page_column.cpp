#include "ui/widgets/page_column.h"

#include <QFormLayout>
#include <QFrame>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace univi::ui {
namespace {

constexpr int kMostWidth = 760, kMargin = 32;

}  // namespace

QLabel* makeLabel(const QString& text, const char* type) {
    auto* label = new QLabel(text);
    label->setProperty("type", QString::fromLatin1(type));
    return label;
}

QVBoxLayout* makePageColumn(QWidget* page, const QString& title) {
    page->setObjectName(QStringLiteral("page"));
    page->setAttribute(Qt::WA_StyledBackground);
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    body->setMaximumWidth(kMostWidth);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    column->setSpacing(8);
    column->addWidget(makeLabel(title, "title"));

    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setAlignment(Qt::AlignHCenter);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* outer = new QVBoxLayout(page);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    return column;
}

QFormLayout* addFormCard(QVBoxLayout* column, const QString& heading) {
    column->addWidget(makeLabel(heading, "heading"));
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    auto* form = new QFormLayout(card);
    form->setContentsMargins(20, 16, 20, 16);
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(12);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    column->addWidget(card);
    column->addSpacing(16);
    return form;
}

}  // namespace univi::ui
