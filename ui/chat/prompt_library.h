#pragma once

#include <QCoreApplication>
#include <QStringList>

namespace univi::ui {

/// Questions to ask again: some that were published with models of this kind, and a person's own,
/// which are kept in prompts.json of the data folder. GUI thread.
class PromptLibrary {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::PromptLibrary)
  public:
    /// `file` empty: prompts.json of the data folder.
    explicit PromptLibrary(const QString& file = {});

    /// Of the instruction sets that LLaVA and Chat-UniVi were trained with.
    static QStringList published();
    const QStringList& own() const { return own_; }
    /// Keeps these instead, each once and none empty. Returns one sentence where they could not be
    /// written, else nothing.
    QString setOwn(const QStringList& prompts);

  private:
    QString file_;
    QStringList own_;
};

}  // namespace univi::ui
