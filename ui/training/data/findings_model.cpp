#include "ui/training/data/findings_model.h"

#include <QFileInfo>

#include "ui/widgets/icons.h"

namespace univi::ui {

void FindingsModel::setCheck(const protocol::DataCheck& check) {
    beginResetModel();
    rows_.clear();
    for (const auto& each : check.data.findings) rows_.append({each, false});
    if (check.held_out)
        for (const auto& each : check.held_out->findings) rows_.append({each, true});
    choose();
    endResetModel();
}

void FindingsModel::setProblem(std::optional<protocol::DataProblem> problem) {
    beginResetModel();
    problem_ = problem;
    choose();
    endResetModel();
}

/// Faults first, in file order.
void FindingsModel::choose() {
    shown_.clear();
    for (const bool faults : {true, false})
        for (int i = 0; i < rows_.size(); ++i) {
            const protocol::DataProblem problem = rows_[i].finding.problem;
            if (is_fault(problem) == faults && (!problem_ || problem == *problem_)) shown_ << i;
        }
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(shown_.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const auto& [finding, held_out] = row(index.row());
    const bool fault = is_fault(finding.problem);
    const QString file = QString::fromStdString(finding.file),
                  why = QString::fromStdString(finding.why);
    if (role == Qt::DecorationRole && index.column() == Problem)
        return icon(fault ? QStringLiteral("alert") : QStringLiteral("info"),
                    fault ? IconTone::Danger : IconTone::Muted);
    if (role == Qt::ToolTipRole) return index.column() == File ? file : why;
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
        case Problem:
            return held_out ? tr("%1 (held out)").arg(problemName(finding.problem))
                            : problemName(finding.problem);
        case File:
            return QFileInfo(file).fileName();
        case Line:
            return finding.line > 0 ? QVariant(qint64(finding.line)) : QVariant();
        default:
            return why;
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    static const char* const names[] = {QT_TR_NOOP("Problem"), QT_TR_NOOP("File"),
                                        QT_TR_NOOP("Line"), QT_TR_NOOP("Why")};
    return section < ColumnCount ? tr(names[section]) : QString();
}

}  // namespace univi::ui
