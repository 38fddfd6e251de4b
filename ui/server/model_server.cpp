#include "ui/server/model_server.h"

#include <QRandomGenerator>
#include <QSysInfo>
#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/secret_file.h"

namespace univi::ui {
namespace {

constexpr int kPatienceMs = 5000;

std::filesystem::path keyFile() {
    return base::config_folder() / "server-key";
}

QString newKey() {
    std::array<quint32, 6> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    const QByteArray bytes(reinterpret_cast<const char*>(words.data()), sizeof words);
    return QStringLiteral("univi-") + QString::fromLatin1(bytes.toHex());
}

/// A server that listens everywhere is reached by the machine's name.
QString reachable(QString address) {
    const QString everywhere = QStringLiteral("//0.0.0.0:");
    const QString host = QSysInfo::machineHostName();
    if (!host.isEmpty()) address.replace(everywhere, "//" + host + ":");
    return address;
}

}  // namespace

ModelServer::ModelServer(AppSettings* settings, Options options, QObject* parent)
    : QObject(parent),
      settings_(settings),
      options_(std::move(options)),
      child_(nullptr, LineChild::Farewell::EndOfInput) {
    if (options_.program.isEmpty()) options_.program = programBeside(QStringLiteral("univi-cli"));
    connect(&child_, &LineChild::lineArrived, this, &ModelServer::read);
    connect(&child_, &LineChild::logArrived, this,
            [](const QByteArray& line) { base::log_info("server: " + line.toStdString()); });
    connect(&child_, &LineChild::ended, this, &ModelServer::onEnd);
    connect(settings_, &AppSettings::serverChanged, this, &ModelServer::follow);
}

bool ModelServer::servesAnother() const {
    return state_ == State::Running && !(served_ == options_.model());
}

QString ModelServer::key() const {
    std::string key = base::read_secret(keyFile());
    if (key.empty()) {
        key = newKey().toStdString();
        base::write_secret(keyFile(), key);
    }
    return QString::fromStdString(key);
}

void ModelServer::renewKey() {
    base::write_secret(keyFile(), newKey().toStdString());
    if (started_with_.is_open) restart();
    Q_EMIT changed();
}

void ModelServer::follow() {
    const ServerSettings wanted = settings_->server();
    if (!wanted.is_on) {
        starts_again_ = false;
        if (!child_.isRunning()) return setState(State::Off);
        setState(State::Ending);
        return child_.stop(kPatienceMs);
    }
    if (!child_.isRunning()) return start();
    if (!(wanted == started_with_)) restart();
}

void ModelServer::restart() {
    if (!settings_->server().is_on) return;
    if (!child_.isRunning()) return start();
    starts_again_ = true;
    setState(State::Starting);
    child_.stop(kPatienceMs);
}

void ModelServer::start() {
    started_with_ = settings_->server();
    served_ = options_.model();
    address_.clear();
    problem_.clear();
    requests_ = 0;
    try {
        child_.setVariable(QStringLiteral("UNIVI_API_KEY"),
                           started_with_.is_open ? key() : QString());
    } catch (const base::Error& error) {
        return fail(QString::fromUtf8(error.what()));
    }
    setState(State::Starting);
    child_.start(options_.program, arguments());
}

QStringList ModelServer::arguments() const {
    QStringList words{QStringLiteral("serve"), QStringLiteral("--json"),
                      QStringLiteral("--stop-at-end-of-input"), QStringLiteral("--port"),
                      QString::number(started_with_.port)};
    const auto add = [&words](const char* option, const std::string& value) {
        if (!value.empty()) words << QLatin1String(option) << QString::fromStdString(value);
    };
    if (started_with_.is_open) add("--host", "0.0.0.0");
    for (const QString& folder : started_with_.folders) add("--allow-dir", folder.toStdString());
    add("--model", served_.model);
    add("--model-base", served_.model_base);
    add("--vision-tower", served_.vision_tower);
    add("--device", served_.device);
    add("--dtype", served_.dtype);
    add("--cache-dtype", served_.cache_dtype);
    if (served_.threads > 0) add("--threads", std::to_string(served_.threads));
    return words;
}

void ModelServer::read(const QByteArray& line) {
    try {
        const auto event = protocol::serve::parse_event(line.toStdString());
        if (event) std::visit([this](const auto& each) { take(each); }, *event);
    } catch (const base::Error& error) {
        base::log_warning(std::string("a line of univi-cli serve was no event: ") + error.what());
    }
}

void ModelServer::take(const protocol::serve::ReadyEvent& ready) {
    address_ = reachable(QString::fromStdString(ready.address));
    model_ = QString::fromStdString(ready.model);
    if (state_ == State::Starting && !starts_again_) setState(State::Running);
}

void ModelServer::take(const protocol::serve::AnsweredEvent& answered) {
    requests_ = answered.requests;
    Q_EMIT changed();
}

void ModelServer::onEnd(const LineChild::End& end) {
    if (std::exchange(starts_again_, false) && settings_->server().is_on) return start();
    if (!settings_->server().is_on) return setState(State::Off);
    using How = LineChild::End::How;
    if (end.how == How::NotStarted)
        return fail(tr("The program %1 could not be started (%2); install UniVi Studio again.")
                        .arg(options_.program, end.sentence));
    if (end.how == How::Crashed)
        return fail(tr("The server ended unexpectedly: it may need more memory than there is."));
    fail(end.sentence.isEmpty() ? tr("The server ended without a reason.") : end.sentence);
}

void ModelServer::fail(const QString& sentence) {
    problem_ = sentence;
    setState(State::Failed);
}

void ModelServer::setState(State state) {
    state_ = state;
    Q_EMIT changed();
}

}  // namespace univi::ui
