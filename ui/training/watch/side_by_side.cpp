#include "ui/training/watch/side_by_side.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/media/media_kind.h"
#include "ui/media/samples.h"
#include "ui/media/thumbnails.h"
#include "ui/training/watch/model_asker.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {
namespace {

constexpr int kPicture = 220;

}  // namespace

SideBySide::SideBySide(EngineClient::Options engine, const Side& left, const Side& right,
                       const QString& conversation_template, QWidget* parent)
    : QDialog(parent),
      sides_{left, right},
      template_(conversation_template),
      asker_(new ModelAsker(std::move(engine), this)),
      picture_(new QLabel),
      question_(new QLineEdit),
      device_(new QComboBox),
      ask_(button(tr("Ask both"), ButtonRole::Primary)),
      notice_(new NoticeBar),
      thumbnails_(new Thumbnails({}, this)) {
    setWindowTitle(tr("%1 beside %2").arg(left.name, right.name));
    resize(900, 620);
    column(this, {.margins = {24, 20, 24, 20}, .spacing = 16},
           {buildQuestion(),
            notice_,
            {row({.spacing = 16}, {{buildSide(0), 1}, {buildSide(1), 1}}), 1}});
    wire();
    const QList<Sample> samples = readSamples(samplesFolder());
    setMedium(samples.isEmpty() ? QString() : samples.first().file);
    setQuestion(samples.isEmpty() ? QString() : samples.first().question);
}

QLayout* SideBySide::buildQuestion() {
    picture_->setFixedSize(kPicture, kPicture);
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setObjectName(QStringLiteral("card"));
    question_->setPlaceholderText(tr("Question for both"));
    question_->setAccessibleName(tr("Question for both"));
    device_->addItems({QStringLiteral("auto"), QStringLiteral("cpu"), QStringLiteral("cuda")});
    device_->setAccessibleName(tr("Device"));
    ask_->setDefault(true);
    QPushButton* choose = button(tr("Choose a picture…"), ButtonRole::Plain, "picture");
    connect(choose, &QPushButton::clicked, this, [this] {
        QFileDialog* dialog =
            makeOpenDialog(this, tr("A picture or clip to ask about"), medium_, mediaFilter());
        connect(dialog, &QFileDialog::fileSelected, this, &SideBySide::setMedium);
        dialog->open();
    });
    auto* words = column({.spacing = 10}, {{choose, 0, Qt::AlignLeft},
                                           question_,
                                           row({}, {device_, Part::stretch(), ask_}),
                                           Part::stretch()});
    return row({.spacing = 20}, {picture_, {words, 1}});
}

void SideBySide::wire() {
    connect(ask_, &QPushButton::clicked, this, &SideBySide::ask);
    connect(thumbnails_, &Thumbnails::ready, this, [this](const QString& file) {
        if (file == medium_) showMedium();
    });
    connect(asker_, &ModelAsker::textArrived, this, [this](int, const QString& text) {
        if (asked_ >= 0) replies_[asked_]->setText(replies_[asked_]->text() + text);
    });
    connect(asker_, &ModelAsker::answered, this,
            [this](int, const QString& reply, const QString& problem) {
                if (asked_ < 0) return;
                replies_[asked_]->setText(problem.isEmpty() ? reply : problem);
                status_[asked_]->setText(problem.isEmpty() ? QString() : tr("failed"));
            });
    connect(asker_, &ModelAsker::finished, this, [this](const QString& problem) {
        if (!problem.isEmpty()) {
            status_[asked_]->setText(tr("failed"));
            replies_[asked_]->setText(problem);
        }
        if (asked_ == 0) return askSide(1);
        asked_ = -1;
        ask_->setEnabled(true);
    });
}

SideBySide::~SideBySide() = default;

QWidget* SideBySide::buildSide(int side) {
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    auto* name = new ElidedLabel(sides_[side].name);
    name->setProperty("type", QStringLiteral("heading"));
    name->setToolTip(sides_[side].model.model);
    status_[side] = makeLabel({}, "small");
    QLabel* reply = replies_[side] = plain({}, "");
    reply->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    QScrollArea* scroll = scrollArea(reply);
    reply->setObjectName(QStringLiteral("reply"));
    scroll->viewport()->setAutoFillBackground(false);
    column(card, {.margins = {16, 12, 16, 12}}, {row({}, {{name, 1}, status_[side]}), {scroll, 1}});
    return card;
}

void SideBySide::setMedium(const QString& file) {
    medium_ = file;
    showMedium();
}

void SideBySide::showMedium() {
    const QImage image = thumbnails_->get(medium_);
    picture_->setToolTip(medium_);
    const qreal ratio = devicePixelRatioF();
    QPixmap pixmap =
        image.isNull()
            ? iconPixmap(medium_.isEmpty() ? QStringLiteral("picture") : QStringLiteral("clip"),
                         IconTone::Muted, 40, ratio)
            : QPixmap::fromImage(image.scaled(QSize(kPicture - 8, kPicture - 8) * ratio,
                                              Qt::KeepAspectRatio, Qt::SmoothTransformation));
    pixmap.setDevicePixelRatio(ratio);
    picture_->setPixmap(pixmap);
}

void SideBySide::setQuestion(const QString& question) {
    question_->setText(question);
}

void SideBySide::ask() {
    if (isAsking()) return;
    if (question_->text().trimmed().isEmpty()) {
        notice_->showNotice(NoticeBar::Kind::Warning, tr("Write a question first."));
        return;
    }
    notice_->hide();
    for (QLabel* reply : replies_) reply->clear();
    for (QLabel* status : status_) status->setText(tr("waits"));
    ask_->setEnabled(false);
    askSide(0);
}

void SideBySide::askSide(int side) {
    asked_ = side;
    status_[side]->setText(tr("loading and reading…"));
    asker_->ask(sides_[side].model, template_, device_->currentText(),
                {Probe{medium_, question_->text().trimmed()}});
}

bool SideBySide::isAsking() const {
    return asked_ >= 0;
}

QString SideBySide::reply(int side) const {
    return replies_[side]->text();
}

}  // namespace univi::ui
