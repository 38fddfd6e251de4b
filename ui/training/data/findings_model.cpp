#include "ui/training/data/findings_model.h"

#include <QFileInfo>

#include "ui/widgets/icons.h"

namespace univi::ui {

void FindingsModel::setFindings(const QList<DataFindings::Finding>& findings) {
    beginResetModel();
    findings_ = findings;
    choose();
    endResetModel();
}

void FindingsModel::setProblem(const QString& key) {
    beginResetModel();
    problem_ = key;
    choose();
    endResetModel();
}

/// Faults first, in file order.
void FindingsModel::choose() {
    shown_.clear();
    for (const bool faults : {true, false})
        for (int i = 0; i < findings_.size(); ++i)
            if (isFault(findings_[i].problem) == faults &&
                (problem_.isEmpty() || findings_[i].problem == problem_))
                shown_ << i;
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(shown_.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const DataFindings::Finding& each = finding(index.row());
    if (role == Qt::DecorationRole && index.column() == Problem)
        return icon(isFault(each.problem) ? QStringLiteral("alert") : QStringLiteral("info"),
                    isFault(each.problem) ? IconTone::Danger : IconTone::Muted);
    if (role == Qt::ToolTipRole) return index.column() == File ? each.file : each.why;
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
        case Problem:
            return each.held_out ? tr("%1 (held out)").arg(problemName(each.problem))
                                 : problemName(each.problem);
        case File:
            return QFileInfo(each.file).fileName();
        case Line:
            return each.line > 0 ? QVariant(each.line) : QVariant();
        default:
            return each.why;
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    static const char* const names[] = {QT_TR_NOOP("Problem"), QT_TR_NOOP("File"),
                                        QT_TR_NOOP("Line"), QT_TR_NOOP("Why")};
    return section < ColumnCount ? tr(names[section]) : QString();
}

}  // namespace univi::ui
