#include "ui/training/data/sample_browser.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QRandomGenerator>
#include <QSpinBox>
#include <QTextBrowser>
#include <QTextCursor>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/media/thumbnails.h"
#include "ui/text/translate.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kThumbSide = 132, kTextHeight = 260, kMostThumbs = 24;

QToolButton* arrow(const QString& text, const QString& name, const QKeySequence& key) {
    QToolButton* made =
        segment(text, QStringLiteral("%1 (%2)").arg(name, key.toString(QKeySequence::NativeText)));
    made->setCheckable(false);
    made->setAccessibleName(name);
    made->setShortcut(key);
    return made;
}

/// Returns the colours of a token: the accent's soft ground for what is learned, and two shades in
/// turn, so that neighbours can be told apart.
QTextCharFormat formatOf(const SampleToken& token, bool odd) {
    const Palette& palette = Theme::instance().palette();
    QTextCharFormat format;
    QColor ground = token.trained ? palette.accentSoft : palette.window;
    if (token.kind == SampleToken::Kind::Media) ground = palette.userBubble;
    if (odd)
        ground = token.trained ? (palette.dark ? ground.lighter(118) : ground.darker(106))
                               : (palette.dark ? ground.lighter(125) : ground.darker(104));
    format.setBackground(ground);
    format.setForeground(token.trained ? palette.text : palette.textMuted);
    if (token.trained) format.setFontWeight(QFont::Medium);
    if (token.kind == SampleToken::Kind::Control) format.setFontItalic(true);
    if (token.cut) format.setFontStrikeOut(true);
    return format;
}

QString shownText(const SampleToken& token, bool is_video) {
    if (token.kind != SampleToken::Kind::Media) return token.text;
    return is_video ? SampleBrowser::tr(" [clip] ") : SampleBrowser::tr(" [picture] ");
}

}  // namespace

SampleBrowser::SampleBrowser(QWidget* parent)
    : QWidget(parent),
      body_(new QWidget),
      index_(new QSpinBox),
      previous_(arrow(tr("‹"), tr("Sample before"), QKeySequence(Qt::ALT | Qt::Key_Left))),
      next_(arrow(tr("›"), tr("Next sample"), QKeySequence(Qt::ALT | Qt::Key_Right))),
      random_(arrow(tr("Any"), tr("Any sample"), QKeySequence(Qt::ALT | Qt::Key_R))),
      total_(makeLabel({}, "muted")),
      counts_(wrapped({}, "small")),
      where_(new ElidedLabel),
      notice_(new NoticeBar),
      media_(new QWidget),
      media_items_(new FlowLayout(8, Qt::AlignLeft, media_)),
      tokens_(new QTextBrowser),
      thumbnails_(new Thumbnails({}, this, ThumbnailReading::Reference)) {
    notice_->setDismissable(false);
    tokens_->setObjectName(QStringLiteral("systemText"));
    tokens_->setMinimumHeight(kTextHeight);
    tokens_->setOpenLinks(false);
    tokens_->setAccessibleName(tr("Tokens of the sample"));
    column(body_, {.margins = {}, .spacing = 10}, {buildBar(), media_, {tokens_, 1}, counts_});
    column(this, {.margins = {}, .spacing = 10}, {notice_, body_});
    body_->hide();
    notice_->hide();
    connect(&source_, &SampleSource::opened, this, &SampleBrowser::takeOpened);
    connect(&source_, &SampleSource::failed, this, [this](const QString& sentence) {
        body_->hide();
        notice_->showNotice(NoticeBar::Kind::Info, sentence);
    });
    connect(&source_, &SampleSource::sampleRead, this, &SampleBrowser::showSample);
    connect(thumbnails_, &Thumbnails::ready, this, &SampleBrowser::showMedia);
    connect(&Theme::instance(), &Theme::changed, this, &SampleBrowser::showTokens);
}

QLayout* SampleBrowser::buildBar() {
    auto* label = new QLabel(tr("&Item"));
    label->setBuddy(index_);
    index_->setMinimumWidth(100);
    index_->setKeyboardTracking(false);
    where_->setProperty("type", QStringLiteral("small"));
    where_->setElideMode(Qt::ElideMiddle);
    where_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(index_, &QSpinBox::valueChanged, this, [this](int value) { source_.request(value); });
    connect(previous_, &QToolButton::clicked, index_, &QSpinBox::stepDown);
    connect(next_, &QToolButton::clicked, index_, &QSpinBox::stepUp);
    connect(random_, &QToolButton::clicked, this, [this] {
        index_->setValue(QRandomGenerator::global()->bounded(index_->maximum() + 1));
    });
    return row({}, {label, index_, total_, previous_, next_, random_, {where_, 1}});
}

void SampleBrowser::setOptions(const training::TrainOptions& options) {
    const auto same = [&](auto member) { return options.*member == options_.*member; };
    using T = training::TrainOptions;
    const bool unchanged = same(&T::datasets) && same(&T::dataset_use) && same(&T::data_path) &&
                           same(&T::model_name_or_path) && same(&T::version) &&
                           same(&T::model_max_length);
    options_ = options;
    if (unchanged) return;
    is_stale_ = true;
    if (isVisible()) open();
}

void SampleBrowser::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (is_stale_) open();
}

void SampleBrowser::open() {
    is_stale_ = false;
    source_.open(options_);
}

void SampleBrowser::showItem(qint64 index) {
    wanted_ = index;
    if (source_.isOpen() && !is_stale_) takeOpened(source_.size());
}

void SampleBrowser::takeOpened(qint64 size) {
    notice_->hide();
    body_->show();
    total_->setText(tr("of %1").arg(QLocale().toString(size)));
    const int wanted = int(std::clamp<qint64>(wanted_, 0, size - 1));
    const QSignalBlocker quiet(index_);
    index_->setRange(0, int(std::min<qint64>(size - 1, std::numeric_limits<int>::max())));
    index_->setValue(wanted);
    source_.request(wanted);
}

void SampleBrowser::showSample(const SampleView& sample) {
    sample_ = sample;
    wanted_ = sample.index;
    where_->setText(sample.where);
    if (sample.problem.isEmpty())
        notice_->hide();
    else
        notice_->showNotice(NoticeBar::Kind::Warning, sample.problem);
    showMedia();
    showTokens();
}

void SampleBrowser::showTokens() {
    tokens_->clear();
    QTextCursor cursor(tokens_->document());
    cursor.beginEditBlock();
    for (qsizetype i = 0; i < sample_.tokens.size(); ++i)
        cursor.insertText(shownText(sample_.tokens[i], sample_.is_video),
                          formatOf(sample_.tokens[i], i % 2 == 1));
    cursor.endEditBlock();
    tokens_->moveCursor(QTextCursor::Start);
    const QLocale locale;
    counts_->setText(joinSentences(
        {tr("Coloured: learned, %1 tokens. Plain: read only. %2 tokens in all, each picture "
            "counted as one.")
             .arg(locale.toString(sample_.trained), locale.toString(sample_.length)),
         sample_.is_video
             ? tr("The clip counts as 8 frames here; training samples it by the second.")
             : QString()}));
}

void SampleBrowser::showMedia() {
    clearLayout(media_items_);
    media_->setVisible(!sample_.media.isEmpty());
    for (const QString& file : sample_.media.mid(0, kMostThumbs)) {
        auto* button = new QToolButton;
        const QString name = QFileInfo(file).fileName();
        const bool is_missing = !QFileInfo::exists(file);
        const QImage picture = is_missing ? QImage() : thumbnails_->get(file);
        button->setToolTip(is_missing ? tr("%1 is missing").arg(name) : tr("Open %1").arg(file));
        button->setAccessibleName(button->toolTip());
        button->setText(is_missing ? tr("missing: %1").arg(name) : name);
        button->setIcon(picture.isNull() ? icon(is_missing         ? QStringLiteral("alert")
                                                : sample_.is_video ? QStringLiteral("clip")
                                                                   : QStringLiteral("picture"))
                                         : QIcon(QPixmap::fromImage(picture)));
        button->setIconSize(
            picture.isNull() ? QSize(32, 32)
                             : picture.size().scaled(kThumbSide, kThumbSide, Qt::KeepAspectRatio));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setEnabled(!is_missing);
        connect(button, &QToolButton::clicked, this,
                [file] { QDesktopServices::openUrl(QUrl::fromLocalFile(file)); });
        media_items_->addWidget(button);
        button->show();
    }
    media_->updateGeometry();
}

}  // namespace univi::ui
