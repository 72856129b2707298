use dateline_model::RejectCode;

use crate::support::{articles, codes, read, texts};

const PARAGRAPH: &str = "The council met on Tuesday evening, and after a debate of three hours, which many \
    residents followed, it voted for the new bridge, whose cost had been disputed for years.";

fn page(head: &str, body: &str) -> String {
    format!("<!DOCTYPE html>\n<html lang=\"en-GB\"><head>{head}</head><body>{body}</body></html>")
}

fn story() -> String {
    format!(
        "<nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav><article><h1>Bridge</h1><p>{PARAGRAPH}</p>\
         <p>Second:   {PARAGRAPH}</p><p>Third: {PARAGRAPH}</p></article><footer>All rights</footer>"
    )
}

#[test]
fn main_content_in_paragraphs() {
    let items = read("a.html", page("<title>Bridge | Post</title>", &story()));
    assert_eq!(
        texts(&items),
        [format!(
            "{PARAGRAPH}\n\nSecond: {PARAGRAPH}\n\nThird: {PARAGRAPH}"
        )]
    );
}

#[test]
fn linked_data_come_first() {
    let head = r#"<title>x</title><script type="application/ld+json">
        {"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Site"},
         {"@type":["NewsArticle"],"headline":"Q &amp; A: bridge","datePublished":"2024-05-03T06:00:00+02:00",
          "author":[{"@type":"Person","name":"A B"},{"name":"C D"}],"publisher":{"name":"The Post"},"description":"tab	inside"}]}
        </script><meta property="og:title" content="Other"><link rel="canonical" href="https://post.example/bridge">"#;
    let items = read("a.html", page(head, &story()));
    let article = articles(&items)[0];
    assert_eq!(article.title, "Q & A: bridge");
    assert_eq!(article.published, "2024-05-03T06:00:00+02:00");
    assert_eq!(article.authors, "A B; C D");
    assert_eq!(article.outlet, "The Post");
    assert_eq!(article.language, "en-GB");
    assert_eq!(article.url, "https://post.example/bridge");
}

#[test]
fn metas_and_times() {
    let head = r#"<title>x</title><meta property="article:published_time" content="2024-05-03">
        <meta property="og:site_name" content="Post"><meta property="og:title" content="Bridge">
        <meta name="author" content="A B"><meta property="article:author" content="https://x.example/ab">"#;
    let items = read("a.htm", page(head, &story()));
    let article = articles(&items)[0];
    assert_eq!(
        (article.title.as_ref(), article.published.as_ref()),
        ("Bridge", "2024-05-03")
    );
    assert_eq!(
        (article.outlet.as_ref(), article.authors.as_ref()),
        ("Post", "A B")
    );
    let body = story().replace("<h1>", "<time datetime='2024-05-04'>4 May</time><h1>");
    assert_eq!(
        articles(&read("a.html", page("", &body)))[0].published,
        "2024-05-04"
    );
}

#[test]
fn declared_charsets_are_obeyed() {
    let text = "Президент подписал закон. ".repeat(20);
    let html = page(
        "<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>",
        &format!("<p>{text}</p>"),
    );
    let (bytes, _, _) = encoding_rs::KOI8_R.encode(&html);
    assert_eq!(texts(&read("a.html", bytes)), [text.trim()]);
    // Saved by a browser as UTF-8, the declaration left as it was.
    let html = page("<meta charset='iso-8859-1'>", "<p>Zürich</p>");
    assert_eq!(texts(&read("a.html", html)), ["Zürich"]);
}

#[test]
fn short_empty_and_monstrous_pages() {
    assert_eq!(texts(&read("a.html", "<p>One line.</p>")), ["One line."]);
    assert_eq!(texts(&read("a.html", "no tags")), ["no tags"]);
    assert_eq!(
        codes(&read(
            "a.html",
            page("<title>x</title><script>var a = 1</script>", "")
        )),
        [RejectCode::TextEmpty]
    );
    assert_eq!(
        codes(&read("a.html", "<div>".repeat(100_000))),
        [RejectCode::RecordTooLarge]
    );
}
