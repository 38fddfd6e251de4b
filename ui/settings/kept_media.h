#pragma once

#include <QObject>
#include <QThreadPool>
#include <functional>

#include "core/base/media_cache.h"

class QCheckBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace univi::ui {

class AppSettings;

/// The rows of Settings about what is kept on disk of pictures and videos: whether, how much at
/// most, how much it is now, and the button that removes it. The disk is looked at on a thread of
/// its own. GUI thread.
class KeptMedia : public QObject {
    Q_OBJECT
  public:
    /// Fills `form`, whose page must outlive it.
    KeptMedia(AppSettings* settings, QFormLayout* form, QObject* parent);
    ~KeptMedia() override;
    /// Measures again.
    void refresh();

  Q_SIGNALS:
    /// All of it was removed, frames that are shown too.
    void cleared();

  private:
    using Trimmed = base::CachedFiles::Trimmed;
    void addSwitch(QFormLayout* form);
    void addSize(QFormLayout* form);
    void store();
    void clear();
    /// Looks at the disk with `work`, then shows what is left there and calls `then`.
    void look(std::function<Trimmed(const base::CachedFiles&)> work,
              std::function<void(const Trimmed&)> then = {});
    void showSize(quint64 bytes);

    AppSettings* settings_;
    QCheckBox* keep_;
    QSpinBox* limit_;
    QLabel *size_, *meaning_;
    QPushButton* clear_;
    QThreadPool pool_;
};

}  // namespace univi::ui
