#include "ui/chat/empty_state.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/chat/media_card.h"
#include "ui/media/thumbnails.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kCardWidth = 264;
constexpr int kPictureSide = 88;
constexpr int kMaxColumns = 3;
constexpr int kMaxSamples = 6;

/// A sample's picture at the left of its card.
class SamplePicture : public QWidget {
  public:
    SamplePicture(const Sample& sample, Thumbnails* thumbnails)
        : sample_(sample), thumbnails_(thumbnails) {
        setFixedSize(kPictureSide, kPictureSide);
        setAttribute(Qt::WA_TransparentForMouseEvents);
        if (!sample.poster.isEmpty()) thumbnails->setClipFrame(sample.file, sample.poster);
        connect(thumbnails, &Thumbnails::ready, this, [this](const QString& ready) {
            if (ready == sample_.file) update();
        });
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintThumbnail(painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5),
                       thumbnails_->get(sample_.file), sample_.kind, 8);
    }

  private:
    Sample sample_;
    Thumbnails* thumbnails_;
};

/// Takes as many clips as pictures where there are enough of both, pictures first.
QList<Sample> chooseSamples(const QList<Sample>& samples) {
    QList<Sample> pictures, clips;
    for (const Sample& sample : samples)
        (sample.kind == MediaKind::Clip ? clips : pictures) << sample;
    const qsizetype few_clips = std::max<qsizetype>(kMaxSamples / 2, kMaxSamples - clips.size());
    const QList<Sample> chosen = pictures.mid(0, few_clips);
    return chosen + clips.mid(0, kMaxSamples - chosen.size());
}

QPushButton* makeCard(const Sample& sample, Thumbnails* thumbnails) {
    auto* card = new QPushButton;
    card->setObjectName(QStringLiteral("sampleCard"));
    card->setCursor(Qt::PointingHandCursor);
    card->setAccessibleName(EmptyState::tr("Sample: %1. %2").arg(sample.title, sample.question));
    auto* title = new ElidedLabel(sample.title);
    title->setProperty("type", QStringLiteral("heading"));
    QLabel* question = wrapped(sample.question, "small");
    question->setTextFormat(Qt::PlainText);
    question->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    for (QLabel* label : {static_cast<QLabel*>(title), question})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* words = column({.spacing = 4}, {Part::stretch(), title, question, Part::stretch()});
    row(card, {.margins = {8, 8, 12, 8}, .spacing = 12},
        {new SamplePicture(sample, thumbnails), {words, 1}});
    card->setFixedSize(kCardWidth, kPictureSide + 16);
    return card;
}

QLabel* centred(const QString& text, const char* type) {
    QLabel* label = wrapped(text, type);
    label->setAlignment(Qt::AlignHCenter);
    return label;
}

}  // namespace

EmptyState::EmptyState(Thumbnails* thumbnails, const QList<Sample>& samples, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails) {
    auto* mark = new QLabel;
    mark->setAlignment(Qt::AlignHCenter);
    mark->setPixmap(applicationIcon().pixmap(QSize(56, 56), devicePixelRatioF()));
    QPushButton* open = button(tr("Open a picture or a video…"), ButtonRole::Primary, "plus");
    connect(open, &QPushButton::clicked, this, &EmptyState::openRequested);
    auto* body = new QWidget;
    auto* parts = column(
        body, {.margins = {24, 24, 24, 24}, .spacing = 8},
        {Part::stretch(2),
         mark,
         Part::space(8),
         centred(tr("What do you want to look at?"), "display"),
         centred(tr("Drop a picture or a video here and ask about it. Everything stays on this "
                    "computer."),
                 "muted"),
         Part::space(16),
         {open, 0, Qt::AlignHCenter}});
    if (!samples.isEmpty()) {
        grid_ = new QGridLayout;
        grid_->setSpacing(16);
        const Part below[] = {Part::space(32), centred(tr("Or try one of these"), "small"),
                              Part::space(4), row({}, {Part::stretch(), grid_, Part::stretch()})};
        for (const Part& part : below) part.addTo(parts);
    }
    parts->addStretch(3);
    for (const Sample& sample : chooseSamples(samples)) {
        QPushButton* card = makeCard(sample, thumbnails_);
        connect(card, &QPushButton::clicked, this, [this, sample] { Q_EMIT sampleChosen(sample); });
        cards_ << card;
    }
    fillWith(this, scrollArea(body, Scrolls::Upright));
    arrange();
}

void EmptyState::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void EmptyState::arrange() {
    const int columns = std::clamp((width() - 48 + 16) / (kCardWidth + 16), 1, kMaxColumns);
    if (columns == columns_) return;
    columns_ = columns;
    for (QWidget* card : cards_) grid_->removeWidget(card);
    for (int i = 0; i < cards_.size(); ++i) grid_->addWidget(cards_[i], i / columns, i % columns);
}

}  // namespace univi::ui
