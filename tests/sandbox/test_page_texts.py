"""How the page reads texts: its modules, run in Chromium under the policy that the server sends."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from bot.sandbox import page as files

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ORIGIN = "http://sandbox.localhost"

DRAW = """async ([module, name, text]) => {
  const draw = (await import(`/static/${module}`))[name];
  const people = { U0PRIYA: "Priya Nair" };
  const names = { zone: "America/New_York", person: (id) => people[id] ?? null, channel: () => null };
  const box = document.createElement("div");
  box.append(draw(text, names));
  return box.innerHTML;
}"""


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/").removeprefix("static/")
    path = files.STATIC_FOLDER / name
    policy = {"Content-Security-Policy": files.CONTENT_SECURITY_POLICY}
    if name and path.is_file():
        route.fulfill(path=path, content_type=files.CONTENT_TYPES[path.suffix], headers=policy)
    else:
        route.fulfill(body="<!doctype html><title>Nothing</title>", content_type="text/html", headers=policy)


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.route("**/*", serve)
        page.goto(ORIGIN)
        yield page
        browser.close()


def mrkdwn(page: Page, text: str) -> str:
    return str(page.evaluate(DRAW, ["mrkdwn.js", "renderMrkdwn", text]))


def markdown(page: Page, text: str) -> str:
    return str(page.evaluate(DRAW, ["markdown.js", "renderMarkdown", text]))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _italic_ ~gone~ `code`", "<b>bold</b> <i>italic</i> <s>gone</s> <code>code</code>"),
        ("*_both_*", "<b><i>both</i></b>"),
        ("(*bold*), *bold*.", "(<b>bold</b>), <b>bold</b>."),
        ("*A*  Wait", "<b>A</b>  Wait"),
        ("one\ntwo", "one<br>two"),
        ("&gt; quoted\n&gt; on\nafter", "<blockquote>quoted<br>on</blockquote>after"),
        ("before\n```\n*as typed*\n```", "before<pre><code>*as typed*</code></pre>"),
        ("a &amp; b", "a &amp; b"),
        ("<@U0PRIYA> and <@U9>", '<span class="mention">@Priya Nair</span> and <span class="mention">@U9</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        ("<#G0LEADS|leads>", '<span class="mention">Private channel</span>'),
        ("*<@U0PRIYA>*", '<b><span class="mention">@Priya Nair</span></b>'),
    ],
)
def test_mrkdwn_is_drawn_as_slack_draws_it(browser_page: Page, text: str, drawn: str):
    assert mrkdwn(browser_page, text) == drawn


@pytest.mark.parametrize("text", ["snake_case_name", "3*4*5 = 60", "* not bold *", "a ~ b ~ c", "2 &gt; 1 and _"])
def test_signs_inside_words_and_between_blanks_stay_as_typed(browser_page: Page, text: str):
    assert mrkdwn(browser_page, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "&lt;img src=x onerror=alert(1)&gt;",
        "<img src=x onerror=alert(1)>",
        "`<script>alert(1)</script>`",
        "<javascript:alert(1)|press here>",
        "<data:text/html,hello>",
        "<!date^0^{date}^javascript:alert(1)|then>",
    ],
)
def test_no_text_becomes_markup_or_a_link_that_runs(browser_page: Page, text: str):
    drawn = mrkdwn(browser_page, text)

    assert "<img" not in drawn
    assert "<script" not in drawn
    assert "href" not in drawn


def test_a_link_opens_elsewhere_and_tells_nothing_of_the_page(browser_page: Page):
    drawn = mrkdwn(browser_page, "<https://example.org/a_b_c?x=1&amp;y=2|the _notes_>")

    assert drawn == (
        '<a href="https://example.org/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">the _notes_</a>'
    )


def test_a_bare_address_ends_before_the_full_stop(browser_page: Page):
    assert '"https://example.org/x"' in mrkdwn(browser_page, "See https://example.org/x.")


def test_a_date_is_shown_in_the_readers_own_zone(browser_page: Page):
    drawn = mrkdwn(browser_page, "<!date^1764000000^{date_num} at {time}|24 November>")

    assert ">2025-11-24 at 11:00</time>" in drawn


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("**bold** and *soft*", "<p><b>bold</b> and <i>soft</i></p>"),
        ("# Title", "<h3>Title</h3>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("- one\n  - inner", "<ul><li>one<ul><li>inner</li></ul></li></ul>"),
        ("[x](javascript:alert(1))", "<p>x)</p>"),
        ("<b>as typed</b>", "<p>&lt;b&gt;as typed&lt;/b&gt;</p>"),
    ],
)
def test_markdown_is_drawn_without_parsing_html(browser_page: Page, text: str, drawn: str):
    assert markdown(browser_page, text) == drawn


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-07-01T09:30", 1782912600),  # 13:30 UTC
        ("2026-12-07T09:30", 1796653800),  # 14:30 UTC
        ("2026-03-08T03:30", 1772955000),  # 07:30 UTC, half an hour after the clocks went forward
        ("2026-03-08T02:30", 1772955000),  # in the gap: moves on by it
        ("2026-11-01T01:30", 1793511000),  # comes twice: the first, 05:30 UTC
    ],
)
def test_a_chosen_time_is_the_instant_at_which_the_persons_clock_shows_it(browser_page: Page, wall: str, instant: int):
    asked = 'async ([wall]) => (await import("/static/dates.js")).instantOf(wall, "America/New_York")'

    assert browser_page.evaluate(asked, [wall]) == instant


def test_suggested_commands_begin_with_what_was_typed_then_speak_of_it(browser_page: Page):
    commands = [
        {"command": "/tip", "description": "For any skill"},
        {"command": "/streak", "description": "Your days in a row"},
        {"command": "/conflict-tip", "description": "Conflict resolution"},
        {"command": "/coach", "description": "For a conflict of yours"},
    ]
    asked = (
        'async ([commands, typed]) => (await import("/static/suggestions.js")).fitting(commands, typed)'
        ".map((one) => one.command)"
    )

    assert browser_page.evaluate(asked, [commands, "/conf"]) == ["/conflict-tip", "/coach"]
    assert browser_page.evaluate(asked, [commands, "/"]) == ["/tip", "/streak", "/conflict-tip", "/coach"]
    assert browser_page.evaluate(asked, [commands, "/tip two"]) == []
