#include "ui/settings/kept_media.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <utility>

#include "ui/settings/app_settings.h"
#include "ui/settings/setting_row.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kMostGigabytes = 1000;

QString sizeText(quint64 bytes) {
    return QLocale().formattedDataSize(qint64(bytes), bytes < 1'000'000'000 ? 0 : 1,
                                       QLocale::DataSizeSIFormat);
}

base::CachedFiles cachedFiles() {
    return base::CachedFiles({base::visual_token_folder(), base::prompt_opening_folder(),
                              base::shown_picture_folder(), base::thumbnail_folder()});
}

}  // namespace

KeptMedia::KeptMedia(AppSettings* settings, QFormLayout* form, QObject* parent)
    : QObject(parent), settings_(settings) {
    pool_.setMaxThreadCount(1);
    addSwitch(form);
    addSize(form);
}

KeptMedia::~KeptMedia() {
    pool_.clear();
    pool_.waitForDone();
}

void KeptMedia::addSwitch(QFormLayout* form) {
    keep_ = new QCheckBox(tr("For later starts"));
    keep_->setObjectName(QStringLiteral("keepMedia"));
    keep_->setAccessibleName(tr("Keep media for later starts"));
    keep_->setFixedWidth(kSettingFieldWidth);
    keep_->setChecked(settings_->keepsMedia());
    addSettingRow(form, tr("Keep me&dia"), keep_,
                  tr("A picture or video that was asked about is answered sooner the next time, "
                     "because the model need not read it again."));
    limit_ = new QSpinBox;
    limit_->setObjectName(QStringLiteral("mediaLimit"));
    limit_->setRange(1, kMostGigabytes);
    limit_->setSuffix(tr(" GB"));
    limit_->setFixedWidth(kSettingFieldWidth);
    limit_->setKeyboardTracking(false);  // a number half typed removes nothing
    limit_->setValue(settings_->mediaLimitGigabytes());
    limit_->setEnabled(keep_->isChecked());
    addSettingRow(form, tr("&At most"), limit_,
                  tr("What was not used for longest is removed first."));
    connect(keep_, &QCheckBox::toggled, this, &KeptMedia::store);
    connect(limit_, &QSpinBox::valueChanged, this, &KeptMedia::store);
}

void KeptMedia::addSize(QFormLayout* form) {
    size_ = new QLabel(tr("…"));
    size_->setObjectName(QStringLiteral("keptMediaSize"));
    clear_ = button(tr("Cl&ear"));
    clear_->setObjectName(QStringLiteral("clearMedia"));
    clear_->setAccessibleName(tr("Remove what is kept of pictures and videos"));
    clear_->setEnabled(false);
    QWidget* line = rowWidget({.margins = {}, .spacing = 8}, {{size_, 1}, clear_});
    line->setFixedWidth(kSettingFieldWidth);
    meaning_ = addSettingRow(form, tr("On disk now"), line,
                             tr("Visual tokens, frames, small pictures and how prompts begin. Your "
                                "files and conversations stay when it is cleared."));
    meaning_->setObjectName(QStringLiteral("keptMediaMeaning"));
    connect(clear_, &QPushButton::clicked, this, &KeptMedia::clear);
}

void KeptMedia::refresh() {
    look([](const base::CachedFiles& files) { return Trimmed{0, files.size()}; });
}

void KeptMedia::store() {
    settings_->setKeptMedia(keep_->isChecked(), limit_->value());
    limit_->setEnabled(keep_->isChecked());
    const auto limit = std::uint64_t(settings_->tokenLimit());
    if (limit == 0) return;
    look([limit](const base::CachedFiles& files) { return files.trim(limit); });
}

void KeptMedia::clear() {
    clear_->setEnabled(false);
    look([](const base::CachedFiles& files) { return files.trim(0); },
         [this](const Trimmed& result) {
             meaning_->setText(
                 result.left == 0
                     ? tr("%1 were removed.").arg(sizeText(result.removed))
                     : tr("%1 were removed; %2 could not be, check the rights of %3.")
                           .arg(sizeText(result.removed), sizeText(result.left),
                                QString::fromStdString(
                                    base::visual_token_folder().parent_path().string())));
             Q_EMIT cleared();
         });
}

void KeptMedia::look(std::function<Trimmed(const base::CachedFiles&)> work,
                     std::function<void(const Trimmed&)> then) {
    pool_.start([this, work = std::move(work), then = std::move(then)] {
        const Trimmed result = work(cachedFiles());
        QMetaObject::invokeMethod(this, [this, result, then] {
            showSize(result.left);
            if (then) then(result);
        });
    });
}

void KeptMedia::showSize(quint64 bytes) {
    size_->setText(bytes == 0 ? tr("Nothing") : sizeText(bytes));
    clear_->setEnabled(bytes > 0);
}

}  // namespace univi::ui
