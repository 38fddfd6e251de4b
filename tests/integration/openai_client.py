"""Talks to univi-cli serve as programs written for OpenAI do: openai_client.py BASE_URL KEY PICTURE.

Exit code 77: the package openai is not installed.
"""
import base64
import sys

try:
    import openai
except ImportError:
    sys.exit(77)

base_url, key, picture = sys.argv[1:]
client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=0)
model = client.models.list().data[0].id
assert client.models.retrieve(model).id == model

with open(picture, "rb") as file:
    data = "data:image/jpeg;base64," + base64.b64encode(file.read()).decode()
content = [{"type": "text", "text": "What is in the image?"}, {"type": "image_url", "image_url": {"url": data}}]
ask = {"model": model, "messages": [{"role": "user", "content": content}], "temperature": 0, "max_tokens": 12}

whole = client.chat.completions.create(**ask, logprobs=True, top_logprobs=2)
choice = whole.choices[0]
assert choice.message.role == "assistant" and choice.message.content, whole
assert choice.finish_reason in ("stop", "length")
assert whole.usage.completion_tokens == len(choice.logprobs.content), whole
assert len(choice.logprobs.content[0].top_logprobs) == 2
assert choice.logprobs.content[0].top_logprobs[0].logprob == choice.logprobs.content[0].logprob

chunks = list(client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}))
text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
assert text == choice.message.content, (text, whole)
assert chunks[-1].usage.total_tokens == whole.usage.total_tokens

for wrong, kind in (({"n": 2}, openai.BadRequestError), ({"model": "other"}, openai.NotFoundError)):
    try:
        client.chat.completions.create(**{**ask, **wrong})
        raise AssertionError(f"{wrong} was taken")
    except kind as error:
        assert error.body["message"], error
try:
    openai.OpenAI(base_url=base_url, api_key="wrong", max_retries=0).models.list()
    raise AssertionError("a wrong key was taken")
except openai.AuthenticationError:
    pass
print("fine", openai.__version__)
