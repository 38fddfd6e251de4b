#pragma once

#include <QCoreApplication>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>

namespace univi::ui {

/// A question that a run's checkpoints are asked again and again.
struct Probe {
    QString medium;  ///< picture or clip; empty: words alone
    QString question;
    bool operator==(const Probe&) const = default;
};

/// What a checkpoint answered.
struct ProbeAnswer {
    qint64 step = 0;
    Probe probe;
    QString reply;
    QString problem;     ///< a sentence instead of a reply
    QJsonObject groups;  ///< protocol::TokenGroups of the medium; empty: none
};

/// The probe questions of a run and their answers, in probes.json and probes.jsonl of its folder,
/// so that they stay with it wherever it is opened. GUI thread; the files are small.
class ProbeStore {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::ProbeStore)
  public:
    explicit ProbeStore(QString folder);
    const QList<Probe>& probes() const { return probes_; }
    int everyCheckpoint() const { return every_; }
    QString device() const { return device_; }
    /// False with a sentence in `problem` when it cannot be written.
    bool setProbes(const QList<Probe>& probes, int every, const QString& device, QString& problem);
    const QList<ProbeAnswer>& answers() const { return answers_; }
    bool add(const ProbeAnswer& answer, QString& problem);
    bool has(qint64 step, const Probe& probe) const;
    /// What of the two files cannot be read, in a sentence; empty: nothing.
    QString problem() const { return problem_; }

  private:
    void load();
    void loadAnswers();
    QString folder_, device_ = QStringLiteral("cpu"), problem_;
    bool questions_damaged_ = false;
    QList<Probe> probes_;
    QList<ProbeAnswer> answers_;
    int every_ = 1;
};

}  // namespace univi::ui
