#pragma once

#include <QWidget>

#include "ui/media/samples.h"

class QGridLayout;

namespace univi::ui {

class Thumbnails;

/// What an empty chat shows: what the program does, and samples to try with one click.
class EmptyState : public QWidget {
    Q_OBJECT
  public:
    EmptyState(Thumbnails* thumbnails, const QList<Sample>& samples, QWidget* parent = nullptr);

  Q_SIGNALS:
    void sampleChosen(const univi::ui::Sample& sample);
    void openRequested();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();
    Thumbnails* thumbnails_;
    QGridLayout* grid_ = nullptr;  ///< of the cards; without samples there is none
    QList<QWidget*> cards_;
    int columns_ = 0;
};

}  // namespace univi::ui
