#include "ui/training/data/sample_source.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "ui/text/translate.h"

namespace univi::ui {

struct SampleSource::Open {
    training::Dataset dataset;
    text::Tokenizer tokenizer;
    SampleViewOptions view;
};

training::DatasetList datasetList(const training::TrainOptions& options) {
    training::DatasetList list{options.datasets, {}, options.data_path};
    try {
        list.published = base::resources_folder() / "training" / "datasets.json";
    } catch (const base::Error&) {  // a program without its resources knows no published names
    }
    return list;
}

SampleSource::SampleSource(QObject* parent) : QObject(parent) {
    pool_.setMaxThreadCount(1);
}

SampleSource::~SampleSource() {
    stop_.request_stop();
    pool_.clear();
    pool_.waitForDone();
}

void SampleSource::close() {
    stop_.request_stop();
    stop_ = {};
    ++number_;
    open_.reset();
    size_ = 0;
    wanted_ = -1;
}

void SampleSource::open(const training::TrainOptions& options) {
    close();
    pool_.start([this, options, number = number_, stop = stop_.get_token()] {
        std::shared_ptr<const Open> open;
        QString problem;
        try {
            if (options.model_name_or_path.empty())
                throw base::Error(
                    base::ErrorKind::Usage,
                    tr("Choose a base model first: its tokenizer cuts the samples into tokens.")
                        .toStdString());
            if (options.dataset_use.empty())
                throw base::Error(base::ErrorKind::Usage,
                                  tr("Choose a data set first.").toStdString());
            text::Tokenizer tokenizer = text::Tokenizer::load(options.model_name_or_path);
            tokenizer.set_legacy(true);  // training uses the fast tokenizer's way
            open = std::make_shared<const Open>(
                Open{training::Dataset::load(
                         training::find_sources(datasetList(options), options.dataset_use), stop),
                     std::move(tokenizer),
                     {options.version, options.model_max_length,
                      int(std::min<std::int64_t>(options.max_frames, 8))}});
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(
            this, [this, number, open, problem] { takeOpened(number, open, problem); });
    });
}

void SampleSource::takeOpened(int number, const std::shared_ptr<const Open>& open,
                              const QString& problem) {
    if (number != number_) return;  // another list was asked for since
    open_ = open;
    size_ = open ? qint64(open->dataset.size()) : 0;
    if (!open) return Q_EMIT failed(problem);
    if (size_ == 0) return Q_EMIT failed(tr("The data set is empty."));
    Q_EMIT opened(size_);
}

void SampleSource::request(qint64 index) {
    if (!open_ || index < 0 || index >= size_) return;
    wanted_ = index;
    pool_.start([this, index, open = open_] {
        const SampleView view =
            viewSample(open->dataset, std::size_t(index), open->tokenizer, open->view);
        QMetaObject::invokeMethod(this, [this, index, view] {
            if (index == wanted_) Q_EMIT sampleRead(view);
        });
    });
}

}  // namespace univi::ui
