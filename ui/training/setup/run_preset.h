#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>

#include "training/options/options.h"

namespace univi::ui {

/// A set of options with a name. As a file: {"univi_preset": 1, "name", "about", "options":
/// {flag: value, …}}; ${RESOURCES} in a value stands for the program's own files, so that a
/// shared preset works elsewhere.
struct RunPreset {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::RunPreset)
  public:
    QString name, about;
    training::TrainOptions options;
    QString file;
    bool built_in = false;
    int order = 0;

    /// Throws base::Error{File|Format|Usage}: an unknown option is named with the
    /// nearest known one.
    static RunPreset read(const QString& file);
    /// Options that differ from the defaults; replaces the file
    /// atomically. Throws base::Error{File}.
    void write(const QString& file) const;
};

/// The presets that come with the program and those of the person (presets/ of the data folder).
class PresetStore {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::PresetStore)
  public:
    /// `folder` empty: the data folder's presets/.
    explicit PresetStore(const QString& folder = {});
    /// Built-in ones in their order, then own ones by name. A file that cannot be read is left out
    /// and named in problems().
    QList<RunPreset> presets();
    const QStringList& problems() const { return problems_; }
    /// Keeps `preset` under its name; an own one of that name is replaced. Throws
    /// base::Error{File}.
    void save(const RunPreset& preset);
    void remove(const RunPreset& preset);

  private:
    void read(const QString& folder, bool built_in, QList<RunPreset>& presets);
    QString folder_;
    QStringList problems_;
};

/// One option that two settings have different.
struct OptionDifference {
    QString option, label, left, right;
};
/// In table order; options without a field (ways of using the program) are left out.
QList<OptionDifference> differences(const training::TrainOptions& left,
                                    const training::TrainOptions& right);

}  // namespace univi::ui
