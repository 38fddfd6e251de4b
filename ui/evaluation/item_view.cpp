#include "ui/evaluation/item_view.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/files/openable_path.h"
#include "ui/groups/groups_panel.h"
#include "ui/media/thumbnails.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kPictureHeight = 220, kGroupsHeight = 460;

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

const char* stateOf(const eval::ItemResult& item) {
    if (!item.right) return "quiet";
    return *item.right ? "done" : "failed";
}

}  // namespace

ItemView::ItemView(QWidget* parent)
    : QWidget(parent),
      stack_(new QStackedWidget),
      empty_(makeLabel({}, "muted")),
      picture_(new QLabel),
      groups_button_(new QPushButton(tr("Show its token groups"))),
      groups_message_(makeLabel({}, "small")),
      groups_(new GroupsPanel),
      texts_(new QVBoxLayout),
      thumbnails_(new Thumbnails({}, this, ThumbnailReading::Reference)) {
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setWordWrap(true);
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setFixedHeight(kPictureHeight);
    groups_->setFixedHeight(kGroupsHeight);
    groups_button_->setProperty("role", QStringLiteral("quiet"));
    groups_message_->setWordWrap(true);
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    column->addWidget(picture_);
    column->addWidget(groups_);
    column->addWidget(groups_button_, 0, Qt::AlignLeft);
    column->addWidget(groups_message_);
    texts_->setSpacing(2);
    column->addLayout(texts_);
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    stack_->addWidget(empty_);
    stack_->addWidget(scroll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stack_);
    connect(thumbnails_, &Thumbnails::ready, this, [this](const QString& file) {
        if (file == medium_) showPicture();
    });
    connect(groups_button_, &QPushButton::clicked, this,
            [this] { Q_EMIT groupsRequested(medium_); });
    groups_->hide();
}

void ItemView::clearTexts() {
    while (QLayoutItem* item = texts_->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
}

void ItemView::addText(const QString& heading, const QString& words, const char* state) {
    if (words.isEmpty()) return;
    texts_->addWidget(makeLabel(heading, "small"));
    auto* label = new QLabel(words);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    if (state) label->setProperty("state", QString::fromLatin1(state));
    texts_->addWidget(label);
    texts_->addSpacing(10);
}

void ItemView::showNothing(const QString& sentence) {
    medium_.clear();
    groups_->clear();
    empty_->setText(sentence);
    stack_->setCurrentIndex(0);
}

void ItemView::showItem(const ItemsModel::Row& row, const QString& model,
                        const QString& other_model) {
    const eval::ItemResult& item = *row.item;
    const QString medium = openablePathOf(item.file);
    if (medium != medium_) {
        medium_ = medium;
        groups_->clear();
        groups_->hide();
        groups_message_->clear();
    }
    showPicture();
    clearTexts();
    addText(tr("Question"), joinedLines(item.prompts));
    addText(tr("Expected"), text(item.expected));
    const bool two = row.other != nullptr;
    const QString nothing = tr("No answer");
    addText(two ? model : tr("Given"), item.given.empty() ? nothing : joinedLines(item.given));
    addText(tr("Verdict"), text(item.verdict), stateOf(item));
    addText(item.given.empty() ? tr("Why") : tr("Note"), text(item.note));
    if (two) {
        addText(other_model, row.other->given.empty() ? nothing : joinedLines(row.other->given));
        addText(tr("Verdict"), text(row.other->verdict), stateOf(*row.other));
        addText(tr("Note"), text(row.other->note));
    }
    addText(tr("File"), medium.isEmpty() ? text(item.medium) : text(item.file));
    stack_->setCurrentIndex(1);
}

void ItemView::showPicture() {
    const bool has_groups = groups_->isVisibleTo(this);
    groups_button_->setVisible(!medium_.isEmpty() && !has_groups);
    picture_->setVisible(!medium_.isEmpty() && !has_groups);
    groups_message_->setVisible(!groups_message_->text().isEmpty());
    if (medium_.isEmpty()) return;
    const QImage image = thumbnails_->get(medium_);
    if (image.isNull()) {
        picture_->setText(tr("Its picture shows with its groups."));
        return;
    }
    const qreal ratio = devicePixelRatioF();
    QPixmap pixmap = QPixmap::fromImage(image).scaled(
        QSize(int(width() * ratio) - 32, int(kPictureHeight * ratio)), Qt::KeepAspectRatio,
        Qt::SmoothTransformation);
    pixmap.setDevicePixelRatio(ratio);
    picture_->setPixmap(pixmap);
}

void ItemView::setGroupsMessage(const QString& message) {
    groups_message_->setText(message);
    groups_message_->setVisible(!message.isEmpty());
}

void ItemView::showGroupsPanel() {
    groups_->show();
    setGroupsMessage({});
    showPicture();
}

}  // namespace univi::ui
