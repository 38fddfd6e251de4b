#include "ui/models/model_chooser.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QSet>

#include "ui/models/model_names.h"
#include "ui/session/engine_client.h"
#include "ui/settings/app_settings.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {

QString countText(qint64 count) {
    const QLocale locale;
    if (count >= 1'000'000'000)
        return ModelChooser::tr("%1 billion").arg(locale.toString(double(count) / 1e9, 'f', 1));
    if (count >= 1'000'000)
        return ModelChooser::tr("%1 million").arg(locale.toString(double(count) / 1e6, 'f', 1));
    return locale.toString(count);
}

QString bytesText(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, bytes < 1'000'000'000 ? 0 : 1,
                                       QLocale::DataSizeSIFormat);
}

ModelChooser::ModelChooser(EngineClient* engine, AppSettings* settings,
                           const protocol::LoadRequest& start, QObject* parent)
    : QObject(parent), engine_(engine), settings_(settings), request_(start) {
    connect(engine_, &EngineClient::stateChanged, this, [this](EngineClient::State state) {
        if (state == EngineClient::State::Ready) remember();
    });
    connect(engine_, &EngineClient::refused, this, [this](const QString& sentence) {
        request_ = engine_->loadRequest();
        chosen_here_ = loaded_was_chosen_here_;
        Q_EMIT refused(sentence);
    });
    connect(settings_, &AppSettings::recentModelsChanged, this, &ModelChooser::recentChanged);
}

QStringList ModelChooser::recent() const {
    QStringList models;
    QSet<QString> places;
    for (const QString& folder : settings_->recentModels()) {
        if (isDemoModel(folder)) continue;
        const QString place = QFileInfo(folder).canonicalFilePath();
        if (!place.isEmpty() && places.contains(place)) continue;
        places.insert(place);
        models << folder;
    }
    return models;
}

void ModelChooser::loadFirst() {
    engine_->load(request_);
}

void ModelChooser::loadFolder(const QString& folder) {
    protocol::LoadRequest request = request_;
    request.model = folder.toStdString();
    request.model_base.clear();
    request.vision_tower.clear();  // another model names its own
    load(request);
}

void ModelChooser::loadDemo() {
    loadFolder({});
}

void ModelChooser::load(const protocol::LoadRequest& request) {
    // Said before anything is unloaded; what only the engine can see, it says.
    const bool loaded = engine_->state() == EngineClient::State::Ready;
    if (const QString problem = folderProblem(QString::fromStdString(request.model));
        loaded && !problem.isEmpty())
        return Q_EMIT refused(problem);
    request_ = request;
    chosen_here_ = true;
    engine_->load(request_);
}

void ModelChooser::unload() {
    engine_->rest();
    if (engine_->state() == EngineClient::State::Ready && !engine_->isResting())
        Q_EMIT refused(tr("The model is at work; it can be unloaded as soon as that is done."));
}

void ModelChooser::openDialog(QWidget* parent) {
    QFileDialog* dialog =
        makeFolderDialog(parent, tr("Open a model folder"), QString::fromStdString(request_.model));
    connect(dialog, &QFileDialog::fileSelected, this, &ModelChooser::loadFolder);
    dialog->open();
}

/// Only what was chosen in the window and could be loaded is loaded again at the next start.
void ModelChooser::remember() {
    loaded_was_chosen_here_ = chosen_here_;
    if (chosen_here_) settings_->setModel(request_);
    if (!request_.model.empty()) settings_->addRecentModel(QString::fromStdString(request_.model));
}

}  // namespace univi::ui
