#pragma once

#include <QCoreApplication>
#include <QString>
#include <memory>

namespace univi::ui {

/// Keeps the computer from sleeping while it lives: login1's inhibitor, else the screen saver's.
/// GUI thread, never blocks for more than a second.
class KeepAwake {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::KeepAwake)
  public:
    KeepAwake();
    ~KeepAwake();
    KeepAwake(const KeepAwake&) = delete;
    KeepAwake& operator=(const KeepAwake&) = delete;
    /// True when the computer stays awake then; else a sentence stands in problem().
    bool hold(const QString& why);
    void release();
    bool isHeld() const;
    const QString& problem() const { return problem_; }

  private:
    struct Lock;
    std::unique_ptr<Lock> lock_;
    QString problem_;
};

}  // namespace univi::ui
