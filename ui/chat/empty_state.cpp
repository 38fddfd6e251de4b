#include "ui/chat/empty_state.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/chat/media_card.h"
#include "ui/media/thumbnails.h"
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

/// As many clips as pictures where there are enough of both, pictures first.
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
    auto* question = new QLabel(sample.question);
    question->setTextFormat(Qt::PlainText);
    question->setWordWrap(true);
    question->setProperty("type", QStringLiteral("small"));
    question->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    for (QLabel* label : {static_cast<QLabel*>(title), question})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* words = new QVBoxLayout;
    words->setSpacing(4);
    words->addStretch(1);
    words->addWidget(title);
    words->addWidget(question);
    words->addStretch(1);
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(8, 8, 12, 8);
    row->setSpacing(12);
    row->addWidget(new SamplePicture(sample, thumbnails));
    row->addLayout(words, 1);
    card->setFixedSize(kCardWidth, kPictureSide + 16);
    return card;
}

QLabel* makeLabel(const QString& text, const char* type) {
    auto* label = new QLabel(text);
    label->setProperty("type", QString::fromLatin1(type));
    label->setAlignment(Qt::AlignHCenter);
    label->setWordWrap(true);
    return label;
}

}  // namespace

EmptyState::EmptyState(Thumbnails* thumbnails, const QList<Sample>& samples, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails), grid_(new QGridLayout) {
    auto* mark = new QLabel;
    mark->setAlignment(Qt::AlignHCenter);
    mark->setPixmap(applicationIcon().pixmap(QSize(56, 56), devicePixelRatioF()));
    auto* open = new QPushButton(tr("Open a picture or a video…"));
    open->setIcon(icon(QStringLiteral("plus"), IconTone::OnAccent));
    open->setProperty("role", QStringLiteral("primary"));
    connect(open, &QPushButton::clicked, this, &EmptyState::openRequested);

    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(8);
    column->addStretch(2);
    column->addWidget(mark);
    column->addSpacing(8);
    column->addWidget(makeLabel(tr("What do you want to look at?"), "display"));
    column->addWidget(makeLabel(
        tr("Drop a picture or a video here and ask about it. Everything stays on this computer."),
        "muted"));
    column->addSpacing(16);
    column->addWidget(open, 0, Qt::AlignHCenter);
    if (!samples.isEmpty()) {
        column->addSpacing(32);
        column->addWidget(makeLabel(tr("Or try one of these"), "small"));
        column->addSpacing(4);
        grid_->setSpacing(16);
        auto* row = new QHBoxLayout;
        row->addStretch(1);
        row->addLayout(grid_);
        row->addStretch(1);
        column->addLayout(row);
    }
    column->addStretch(3);
    for (const Sample& sample : chooseSamples(samples)) {
        QPushButton* card = makeCard(sample, thumbnails_);
        connect(card, &QPushButton::clicked, this, [this, sample] { Q_EMIT sampleChosen(sample); });
        cards_ << card;
    }
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
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
