#include "core/server/chat_endpoint.h"

#include <httplib.h>

#include <chrono>
#include <deque>

#include "core/server/connection.h"

namespace univi::server {

namespace {

using Clock = std::chrono::steady_clock;

/// The events of a job as its connection sees them: cancels it when the client goes or the time is
/// over.
class Follower {
  public:
    Follower(CompletionQueue::Place place, std::shared_ptr<CompletionJob> job, int connection,
             Clock::time_point until)
        : place_(std::move(place)), job_(std::move(job)), connection_(connection), until_(until) {}
    ~Follower() { job_->cancel(CompletionJob::Cancelled::ClientGone); }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    /// Waits for the next event. Throws ApiError for one, and when the client went away.
    CompletionEvent next() {
        while (events_.empty()) wait();
        CompletionEvent event = std::move(events_.front());
        events_.pop_front();
        if (const auto* error = std::get_if<ApiError>(&event)) throw *error;
        return event;
    }
    bool has_more() const { return !events_.empty(); }

  private:
    void wait() {
        switch (wait_for(job_->descriptor(), connection_, until_)) {
            case Wake::ClientGone:
                job_->cancel(CompletionJob::Cancelled::ClientGone);
                throw cancelled_error(CompletionJob::Cancelled::ClientGone);
            case Wake::OutOfTime:
                run_out_of_time();
                break;
            case Wake::Event:
                for (auto& event : job_->take()) events_.push_back(std::move(event));
                break;
        }
    }

    /// A job that has begun ends within a token or a frame and says how; one that still waits is
    /// never taken up.
    void run_out_of_time() {
        if (job_->cancelled() == CompletionJob::Cancelled::OutOfTime)
            throw cancelled_error(CompletionJob::Cancelled::OutOfTime);
        job_->cancel(CompletionJob::Cancelled::OutOfTime);
        until_ = Clock::now() + std::chrono::seconds(10);
    }

    CompletionQueue::Place place_;
    std::shared_ptr<CompletionJob> job_;
    int connection_;
    Clock::time_point until_;
    std::deque<CompletionEvent> events_;
};

/// Writes a reply as server-sent events.
class Stream {
  public:
    Stream(std::shared_ptr<Follower> follower, CompletionJson json, const CompletionEvent& first)
        : follower_(std::move(follower)), json_(std::move(json)), first_(json_.chunks(first)) {}

    /// Writes what there is, after waiting for something. False when the connection is to end.
    bool write(httplib::DataSink& sink) {
        try {
            std::string text = events(first_);
            first_.clear();
            if (text.empty()) text = next_text();
            if (!sink.write(text.data(), text.size())) return false;
            if (ended_) sink.done();
            return true;
        } catch (const ApiError& error) {
            // The status is out already: the error comes as an event, as OpenAI's clients read it.
            const std::string text = "data: " + error_body(error) + "\n";
            if (error.status != 499) sink.write(text.data(), text.size());
            if (error.status != 499) sink.done();
            return error.status != 499;
        }
    }

  private:
    static std::string events(const std::vector<std::string>& chunks) {
        std::string text;
        for (const std::string& chunk : chunks) text += "data: " + chunk + "\n\n";
        return text;
    }

    std::string next_text() {
        std::string text;
        do {
            const CompletionEvent event = follower_->next();
            text += events(json_.chunks(event));
            if (!std::holds_alternative<CompletionEnd>(event)) continue;
            text += events(json_.usage_chunk()) + "data: [DONE]\n\n";
            ended_ = true;
        } while (!ended_ && follower_->has_more());
        return text;
    }

    std::shared_ptr<Follower> follower_;
    CompletionJson json_;
    std::vector<std::string> first_;
    bool ended_ = false;
};

std::string whole_reply(Follower& follower, CompletionJson json) {
    for (;;) {
        const CompletionEvent event = follower.next();
        json.take(event);
        if (std::holds_alternative<CompletionEnd>(event)) return json.whole();
    }
}

}  // namespace

std::shared_ptr<CompletionJob> ChatEndpoint::make_job(ChatRequest request) const {
    std::vector<std::vector<std::string>> files;
    for (ChatTurn& turn : request.turns) {
        auto& names = files.emplace_back();
        for (MediaPart& part : turn.media) {
            names.push_back(files_.file_of(part));
            part.address.clear();  // may be megabytes
        }
    }
    return std::make_shared<CompletionJob>(std::move(request), std::move(files));
}

void ChatEndpoint::answer(std::string_view body, int connection,
                          httplib::Response& response) const {
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(options_.longest_s));
    ChatRequest request = parse_chat_request(body, options_.rules);
    if (!request.model.empty() && request.model != options_.model)
        throw ApiError{
            404,
            "The model " + request.model + " is not here: this server has " + options_.model + ".",
            "model_not_found", "model"};
    CompletionQueue::Place place = queue_.enter();
    const auto job = make_job(std::move(request));
    const auto follower = std::make_shared<Follower>(std::move(place), job, connection, until);
    queue_.push(job);
    CompletionJson json(job->request(), options_.model);
    if (!job->request().stream) {
        response.set_content(whole_reply(*follower, std::move(json)), "application/json");
        return;
    }
    // The first event is waited for: what is refused is refused with a status.
    const auto stream = std::make_shared<Stream>(follower, std::move(json), follower->next());
    response.set_header("Cache-Control", "no-cache");
    response.set_chunked_content_provider(
        "text/event-stream",
        [stream](std::size_t, httplib::DataSink& sink) { return stream->write(sink); });
}

}  // namespace univi::server
