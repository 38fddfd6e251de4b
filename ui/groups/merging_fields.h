#pragma once

#include <QWidget>
#include <array>

#include "core/protocol/engine_protocol.h"

class QDoubleSpinBox;
class QSpinBox;

namespace univi::ui {

/// How a medium would be merged otherwise: groups of each stage, neighbours of the density, events.
/// GUI thread.
class MergingFields : public QWidget {
    Q_OBJECT
  public:
    explicit MergingFields(QWidget* parent = nullptr);
    /// Another medium's stages begin as it is merged; what was set stays as long as they are the
    /// same. Groups that are not whole are left out.
    void takeOwn(const protocol::TokenGroups& groups);
    /// Something differs from how the medium is merged.
    bool isOther() const;
    void fill(protocol::WhatIfRequest& request) const;
    /// "16/8/4 groups, 3 neighbours", as long as it must be to tell two variants apart.
    QString name() const;

  Q_SIGNALS:
    void changed();

  private:
    bool hasRate() const;

    std::array<QSpinBox*, 3> stages_{};
    std::array<int, 3> own_{};
    QSpinBox* neighbors_;
    QDoubleSpinBox* rate_;
    QWidget* events_;
    bool is_video_ = false;
};

/// A short name before fields.
QWidget* namedFields(const QString& name, const QList<QWidget*>& fields);

}  // namespace univi::ui
