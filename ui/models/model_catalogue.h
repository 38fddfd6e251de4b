#pragma once

#include <QList>
#include <QString>

namespace univi::ui {

/// A published model that the window offers by name.
struct OfferedModel {
    /// What it takes of main memory in one type: the weights, and keys and values of a full
    /// context.
    struct Need {
        const char* dtype;
        qint64 weights, cache;
    };
    QString repository;  ///< "owner/name" at the hub
    QString name, what, licence;
    qint64 download = 0;  ///< bytes, about: the hub says it exactly before the first byte
    QList<Need> needs;    ///< empty: a vision tower, which is loaded with a model
};

/// The released Chat-UniVi models and their vision towers, in the order in which they are offered.
QList<OfferedModel> offeredModels();

/// In which types a model fits nine tenths of `memory` bytes, as a sentence; empty for a tower.
QString fitText(const OfferedModel& model, qint64 memory);

}  // namespace univi::ui
