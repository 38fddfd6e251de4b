#include "ui/settings/app_settings.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "core/base/media_cache.h"
#include "core/base/paths.h"
#include "core/protocol/engine_fields.h"

namespace univi::ui {
namespace {

constexpr int kMaxRecent = 8;
constexpr qint64 kGigabyte = 1'000'000'000;
/// Since 2 only what a person set is stored of how replies are made.
constexpr int kGenerationFormat = 2;

/// settings.ini of the configuration folder; that of an earlier version moves there.
QString defaultFile() {
    const auto in = [](const std::filesystem::path& folder) {
        return QString::fromStdString((folder / "settings.ini").string());
    };
    const QString file = in(base::config_folder()), former = in(base::data_folder());
    // Copied, then removed: the two folders may lie on different disks.
    if (!QFile::exists(file) && QFile::copy(former, file)) QFile::remove(former);
    return file;
}

}  // namespace

AppSettings::AppSettings(const QString& file, QObject* parent)
    : QObject(parent), settings_(file.isEmpty() ? defaultFile() : file, QSettings::IniFormat) {
    dropOldDefaults();
}

/// Earlier versions wrote every value as soon as one was changed. What they wrote as it came with
/// the program was nobody's choice, so the model's own holds for it.
void AppSettings::dropOldDefaults() {
    if (settings_.value("generation/format").toInt() >= kGenerationFormat) return;
    const std::pair<const char*, double> old[] = {{"generation/temperature", 0.2},
                                                  {"generation/top_p", 1},
                                                  {"generation/top_k", 0},
                                                  {"generation/repetition_penalty", 1},
                                                  {"generation/max_new_tokens", 1024}};
    bool any = false;
    for (const auto& [key, value] : old) {
        if (!settings_.contains(QLatin1String(key))) continue;
        any = true;
        if (settings_.value(QLatin1String(key)).toDouble() == value)
            settings_.remove(QLatin1String(key));
    }
    if (any) settings_.setValue("generation/format", kGenerationFormat);
}

QString AppSettings::notice() const {
    const QFileInfo file(settings_.fileName());
    const QFileInfo folder(file.absolutePath());
    if (folder.isDir() && folder.isWritable() && (!file.exists() || file.isWritable())) return {};
    return tr("Settings are kept only until the program ends, because %1 cannot be written; check "
              "its rights.")
        .arg(file.exists() ? file.filePath() : folder.filePath());
}

protocol::GenerationOptions AppSettings::generation() const {
    protocol::GenerationOptions options;
    const auto number = [this](const char* key, double low, double high) -> std::optional<double> {
        bool ok = false;
        const double value = settings_.value(QLatin1String(key)).toDouble(&ok);
        return ok && !std::isnan(value) ? std::optional(std::clamp(value, low, high))
                                        : std::nullopt;
    };
    const auto whole = [&number](const char* key, int low, int high) -> std::optional<int> {
        const std::optional<double> value = number(key, low, high);
        return value ? std::optional(int(*value)) : std::nullopt;
    };
    options.conv = settings_.value("generation/template", QString::fromStdString(options.conv))
                       .toString()
                       .toStdString();
    const QString system = settings_.value("generation/system").toString();
    if (!system.isEmpty()) options.system = system.toStdString();
    options.temperature = number("generation/temperature", 0, 2);
    options.top_p = number("generation/top_p", 0.01, 1);
    options.top_k = whole("generation/top_k", 0, 1000);
    options.repetition_penalty = number("generation/repetition_penalty", 0.5, 3);
    options.max_new_tokens = whole("generation/max_new_tokens", 1, 32768);
    // Where a person said nothing a long conversation goes on.
    options.when_full = protocol::value_named<protocol::ContextPolicy>(
                            settings_.value("generation/when_full").toString().toStdString())
                            .value_or(protocol::ContextPolicy::KeepMedia);
    options.seed = settings_.value("generation/seed", QVariant::fromValue<quint64>(options.seed))
                       .toULongLong();
    options.max_frames = whole("generation/max_frames", 1, 1024).value_or(options.max_frames);
    return options;
}

void AppSettings::setGeneration(const protocol::GenerationOptions& options) {
    const auto put = [this](const char* key, const auto& value) {
        if (value)
            settings_.setValue(QLatin1String(key), *value);
        else
            settings_.remove(QLatin1String(key));
    };
    settings_.setValue("generation/format", kGenerationFormat);
    settings_.setValue("generation/template", QString::fromStdString(options.conv));
    settings_.setValue("generation/system", QString::fromStdString(options.system.value_or("")));
    put("generation/temperature", options.temperature);
    put("generation/top_p", options.top_p);
    put("generation/top_k", options.top_k);
    put("generation/repetition_penalty", options.repetition_penalty);
    put("generation/max_new_tokens", options.max_new_tokens);
    settings_.setValue("generation/seed", QVariant::fromValue<quint64>(options.seed));
    settings_.setValue("generation/max_frames", options.max_frames);
    settings_.setValue("generation/when_full",
                       QString::fromLatin1(protocol::name_of(options.when_full)));
}

protocol::LoadRequest AppSettings::model() const {
    const auto text = [this](const char* key, const char* fallback) {
        return settings_.value(QLatin1String(key), QString::fromLatin1(fallback))
            .toString()
            .toStdString();
    };
    protocol::LoadRequest request;
    request.model = text("model/folder", "");
    request.model_base = text("model/base", "");
    request.vision_tower = text("model/vision_tower", "");
    request.device = text("model/device", "auto");
    request.dtype = text("model/dtype", "auto");
    request.cache_dtype = text("model/cache_dtype", "auto");
    request.threads = std::clamp(settings_.value("model/threads", 0).toInt(), 0, 1024);
    return request;
}

void AppSettings::setModel(const protocol::LoadRequest& request) {
    settings_.setValue("model/folder", QString::fromStdString(request.model));
    settings_.setValue("model/base", QString::fromStdString(request.model_base));
    settings_.setValue("model/vision_tower", QString::fromStdString(request.vision_tower));
    settings_.setValue("model/device", QString::fromStdString(request.device));
    settings_.setValue("model/dtype", QString::fromStdString(request.dtype));
    settings_.setValue("model/cache_dtype", QString::fromStdString(request.cache_dtype));
    settings_.setValue("model/threads", request.threads);
}

QStringList AppSettings::recentModels() const {
    return settings_.value("model/recent").toStringList();
}

void AppSettings::addRecentModel(const QString& folder) {
    QStringList recent = recentModels();
    if (!recent.isEmpty() && recent.first() == folder) return;
    recent.removeAll(folder);
    recent.prepend(folder);
    settings_.setValue("model/recent", QStringList(recent.mid(0, kMaxRecent)));
    Q_EMIT recentModelsChanged();
}

bool AppSettings::keepsMedia() const {
    return settings_.value("media/keep", true).toBool();
}

int AppSettings::mediaLimitGigabytes() const {
    constexpr int kDefault = int(base::kMediaCacheLimit / kGigabyte);
    bool ok = false;
    const double given = settings_.value("media/limit_gb", kDefault).toDouble(&ok);
    return ok && !std::isnan(given) ? int(std::clamp(given, 1.0, 1000.0)) : kDefault;
}

void AppSettings::setKeptMedia(bool keep, int limitGigabytes) {
    settings_.setValue("media/keep", keep);
    settings_.setValue("media/limit_gb", limitGigabytes);
    Q_EMIT tokenLimitChanged(tokenLimit());
}

qint64 AppSettings::tokenLimit() const {
    return keepsMedia() ? mediaLimitGigabytes() * kGigabyte : 0;
}

bool AppSettings::isOffline() const {
    return settings_.value("hub/offline", false).toBool();
}

void AppSettings::setOffline(bool offline) {
    settings_.setValue("hub/offline", offline);
    Q_EMIT offlineChanged(offline);
}

QStringList AppSettings::modelFolders() const {
    return settings_.value("model/folders").toStringList();
}

void AppSettings::setModelFolders(const QStringList& folders) {
    settings_.setValue("model/folders", folders);
    Q_EMIT modelFoldersChanged();
}

int AppSettings::idleMinutes() const {
    return std::clamp(settings_.value("model/idle_minutes", 0).toInt(), 0, 24 * 60);
}

void AppSettings::setIdleMinutes(int minutes) {
    settings_.setValue("model/idle_minutes", minutes);
    Q_EMIT idleMinutesChanged(minutes);
}

bool AppSettings::notifies() const {
    return settings_.value("notify", true).toBool();
}

void AppSettings::setNotifies(bool notifies) {
    settings_.setValue("notify", notifies);
}

ServerSettings AppSettings::server() const {
    constexpr int kMostPort = 65535;
    ServerSettings server;
    server.is_on = settings_.value("server/on", false).toBool();
    server.port = std::clamp(settings_.value("server/port", server.port).toInt(), 1, kMostPort);
    server.is_open = settings_.value("server/open", false).toBool();
    server.folders = settings_.value("server/folders").toStringList();
    return server;
}

void AppSettings::setServer(const ServerSettings& server) {
    if (server == this->server()) return;
    settings_.setValue("server/on", server.is_on);
    settings_.setValue("server/port", server.port);
    settings_.setValue("server/open", server.is_open);
    settings_.setValue("server/folders", server.folders);
    Q_EMIT serverChanged();
}

std::optional<QString> AppSettings::key(const QString& command) const {
    const QString name = "keys/" + command;
    return settings_.contains(name) ? std::optional(settings_.value(name).toString())
                                    : std::nullopt;
}

void AppSettings::setKey(const QString& command, const std::optional<QString>& keys) {
    const QString name = "keys/" + command;
    if (keys)
        settings_.setValue(name, *keys);
    else
        settings_.remove(name);
    Q_EMIT keysChanged();
}

Theme::Mode AppSettings::themeMode() const {
    return themeModeFrom(settings_.value("theme").toString()).value_or(Theme::Mode::System);
}

void AppSettings::setThemeMode(Theme::Mode mode) {
    settings_.setValue("theme", toString(mode));
}

Language AppSettings::language() const {
    return languageFrom(settings_.value("language").toString()).value_or(Language::System);
}

void AppSettings::setLanguage(Language language) {
    settings_.setValue("language", toString(language));
}

QByteArray AppSettings::layout(const QString& name) const {
    return settings_.value("layout/" + name).toByteArray();
}

void AppSettings::setLayout(const QString& name, const QByteArray& state) {
    settings_.setValue("layout/" + name, state);
}

std::optional<Theme::Mode> themeModeFrom(const QString& name) {
    if (name == QLatin1String("system")) return Theme::Mode::System;
    if (name == QLatin1String("light")) return Theme::Mode::Light;
    if (name == QLatin1String("dark")) return Theme::Mode::Dark;
    return std::nullopt;
}

QString toString(Theme::Mode mode) {
    switch (mode) {
        case Theme::Mode::Light:
            return QStringLiteral("light");
        case Theme::Mode::Dark:
            return QStringLiteral("dark");
        case Theme::Mode::System:
            break;
    }
    return QStringLiteral("system");
}

}  // namespace univi::ui
