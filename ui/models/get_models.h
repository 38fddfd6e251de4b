#pragma once

#include <QList>
#include <QWidget>

#include "ui/models/model_catalogue.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace univi::ui {

class DownloadList;
class WrapLabel;

/// Where models come from: the published ones by name, with size, licence and what fits this
/// machine, and a field for any other of the hub. Asks the network for nothing by itself.
class GetModels : public QWidget {
    Q_OBJECT
  public:
    explicit GetModels(DownloadList* list, QWidget* parent = nullptr);
    /// Looks anew at what is there and how much room is on the disk.
    void refresh();

  Q_SIGNALS:
    void loadRequested(const QString& name);

  private:
    struct Offer {
        OfferedModel model;
        QPushButton* button;
        WrapLabel* size;
        bool is_there = false;
    };
    QWidget* makeField();
    QWidget* makeOffer(const OfferedModel& model);
    void get(const QString& name);
    void showOffers();
    void showSize(const Offer& offer, qint64 free) const;
    void onClick(const QString& repository);

    DownloadList* list_;
    QLineEdit* field_;
    WrapLabel *place_, *problem_;
    QList<Offer> offers_;
};

}  // namespace univi::ui
