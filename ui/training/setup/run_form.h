#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <vector>

#include "training/options/command_text.h"
#include "training/options/options.h"
#include "ui/training/devices/memory_plan.h"

namespace univi::ui {

/// The settings of a run that is being set up: every option by name and text, as the trainer's own
/// table has them, and the flags a pasted command or an earlier run gave. What it makes of them is
/// exactly what runs. GUI thread.
class RunForm : public QObject {
    Q_OBJECT
  public:
    explicit RunForm(QObject* parent = nullptr);

    const training::TrainOptions& options() const { return options_; }
    QString text(const QString& name) const;
    /// What the field shows: the text as it was typed or given while it means the present value, or
    /// cannot be taken; else text().
    QString shownText(const QString& name) const;
    /// Takes a text. When the trainer would refuse it, the option keeps its value and
    /// problem() says why.
    void setText(const QString& name, const QString& text);
    void reset(const QString& name) { setText(name, defaultText(name)); }
    void apply(const QList<OptionChange>& changes);
    /// Why the field's text cannot be taken; empty when it can.
    QString problem(const QString& name) const { return problems_.value(name).sentence; }
    /// Options whose text cannot be taken.
    QStringList wrongNames() const { return problems_.keys(); }

    static QString defaultText(const QString& name);
    bool isChanged(const QString& name) const { return text(name) != defaultText(name); }

    /// Replaces everything. Flags that end the program without training (--plan,
    /// --check_data) are dropped.
    void replace(const training::TrainOptions& options,
                 const std::vector<training::GivenFlag>& given = {},
                 const std::vector<std::string>& kept = {});
    /// The flags of univi-train.
    QStringList arguments() const;
    /// The same as one shell command, with the program before it.
    QString command(const QString& program) const;

  Q_SIGNALS:
    void changed();

  private:
    struct Wrong {
        QString text, sentence;
    };
    bool take(const QString& name, const QString& text);
    training::TrainOptions options_;
    std::vector<training::GivenFlag> given_;
    std::vector<std::string> kept_;
    QHash<QString, Wrong> problems_;
    QHash<QString, QString> typed_;  ///< texts as a person wrote them
};

}  // namespace univi::ui
