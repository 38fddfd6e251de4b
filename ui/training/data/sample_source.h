#pragma once

#include <QObject>
#include <QThreadPool>
#include <memory>

#include "core/base/stop_token.h"
#include "training/options/options.h"
#include "ui/training/data/sample_view.h"

namespace univi::ui {

/// Opens the data set of some settings on a thread of its own and gives its samples one by
/// one. GUI thread.
class SampleSource : public QObject {
    Q_OBJECT
  public:
    explicit SampleSource(QObject* parent = nullptr);
    ~SampleSource() override;

    /// Reads the list and the tokenizer; opened() or failed() follows. What was open is dropped.
    void open(const training::TrainOptions& options);
    void close();
    /// sampleRead() follows; only the latest request is answered.
    void request(qint64 index);
    qint64 size() const { return size_; }
    bool isOpen() const { return size_ > 0; }

  Q_SIGNALS:
    void opened(qint64 size);
    void failed(const QString& sentence);
    void sampleRead(const univi::ui::SampleView& sample);

  private:
    struct Open;
    void takeOpened(int number, const std::shared_ptr<const Open>& open, const QString& problem);
    QThreadPool pool_;
    base::StopSource stop_;
    std::shared_ptr<const Open> open_;
    qint64 size_ = 0;
    int number_ = 0;      ///< of the latest open()
    qint64 wanted_ = -1;  ///< index of the latest request
};

/// Where --dataset_use is looked up, as univi-train has it.
training::DatasetList datasetList(const training::TrainOptions& options);

}  // namespace univi::ui
