from hypothesis import given
from hypothesis import strategies as st

from feature_health.incidents.message import Message
from feature_health.notifiers.slack_blocks import payload
from tests.fakes.slack import _check_content

TEXT = st.text(alphabet=st.sampled_from("a&<>|* é\u2028"), max_size=40) | st.integers(1, 9000).map(lambda n: "&<" * n)
PAIRS = st.tuples(TEXT.filter(bool).map(lambda text: text[:20]), TEXT)


@given(
    st.builds(
        Message,
        title=TEXT,
        lines=st.lists(PAIRS, max_size=8).map(tuple),
        fields=st.lists(PAIRS, max_size=12).map(tuple),
        links=st.lists(st.tuples(st.just("page"), st.just("http://x/?a=1&b=<2>")), max_size=4).map(tuple),
    )
)
def test_no_message_goes_beyond_slack_s_limits(message: Message) -> None:
    """Slack would throw the longest messages back, and they are about the worst faults."""
    _check_content(dict(payload(message, metadata={})))


def test_nothing_in_a_text_is_a_command_to_slack() -> None:
    """A column called <!channel> in a vendor's file would wake everybody up."""
    message = Message(
        title="<!channel>", lines=(("Why", "a < b & c > <@U1>"),), fields=(), links=(("page", "http://x/?a=1&b=|"),)
    )
    made = payload(message, metadata={})
    texts = [made["text"], *(str(block.get("text", "")) for block in made["blocks"])]
    assert "<" not in "".join(texts)
    assert "a &lt; b &amp; c &gt; &lt;@U1&gt;" in texts[2]
    assert made["blocks"][-1]["elements"][0]["text"] == "<http://x/?a=1&amp;b=%7C|page>"


def test_a_long_text_is_cut_between_entities() -> None:
    """Half an entity would show as rubbish, or swallow what follows."""
    made = payload(Message(title="&" * 5000, lines=(), fields=(), links=()), metadata={})
    assert made["text"].rstrip("…").endswith("&amp;")
    assert len(made["text"]) <= 4000
