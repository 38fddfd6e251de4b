#include "ui/evaluation/item_view.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/files/openable_path.h"
#include "ui/groups/groups_panel.h"
#include "ui/media/thumbnails.h"
#include "ui/widgets/build.h"

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
      empty_(wrapped({}, "muted")),
      picture_(new QLabel),
      groups_button_(button(tr("Show its token groups"), ButtonRole::Quiet)),
      groups_message_(wrapped({}, "small")),
      groups_(new GroupsPanel),
      texts_(new QVBoxLayout),
      thumbnails_(new Thumbnails({}, this, ThumbnailReading::Reference)) {
    empty_->setAlignment(Qt::AlignCenter);
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setFixedHeight(kPictureHeight);
    groups_->setFixedHeight(kGroupsHeight);
    texts_->setSpacing(2);
    auto* body = new QWidget;
    column(body, {.margins = {16, 12, 16, 16}, .spacing = 8},
           {picture_,
            groups_,
            {groups_button_, 0, Qt::AlignLeft},
            groups_message_,
            texts_,
            Part::stretch()});
    stack_->addWidget(empty_);
    stack_->addWidget(scrollArea(body, Scrolls::Upright));
    fillWith(this, stack_);
    connect(thumbnails_, &Thumbnails::ready, this, [this](const QString& file) {
        if (file == medium_) showPicture();
    });
    connect(groups_button_, &QPushButton::clicked, this, [this] {
        if (!groups_->isVisibleTo(this)) return Q_EMIT groupsRequested(medium_);
        groups_->hide();
        showPicture();
    });
    groups_->hide();
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
    clearLayout(texts_);
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
    groups_button_->setVisible(!medium_.isEmpty());
    groups_button_->setText(has_groups ? tr("Hide its token groups") : tr("Show its token groups"));
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
