//! Web pages: what is the article, and what the page says about it.

use std::borrow::Cow;
use std::sync::LazyLock;

use dateline_model::Article;
use dom_query::{Document, Matcher, Selection};
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use serde_json::Value;

use crate::fields::Field;
use crate::json;

/// The charset that the page declares about itself.
pub(crate) fn declared_encoding(page: &[u8]) -> Option<&'static Encoding> {
    let head = page.get(..4096).unwrap_or(page).to_ascii_lowercase();
    let after = |mark: &[u8]| {
        let at = memchr::memmem::find(&head, mark)? + mark.len();
        let rest = head
            .get(at..)?
            .trim_ascii_start()
            .strip_prefix(b"=")?
            .trim_ascii_start();
        let rest = rest
            .strip_prefix(b"\"")
            .or_else(|| rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let end = rest
            .iter()
            .position(|b| !b.is_ascii_alphanumeric() && !b"-_:.".contains(b))?;
        Encoding::for_label(rest.get(..end)?)
    };
    after(b"charset").or_else(|| after(b"encoding"))
}

/// A text found by other means must be this much longer than that of readability to be preferred:
/// the tests for main content err by keeping a caption or a teaser, hardly ever by a third of the text.
const MUCH_LONGER: usize = 3;

/// Elements that may stand in one another. Time to parse grows with the square; real pages have a hundred.
const NESTING: usize = 2000;

/// Elements that have no end tag, or often lack it.
const UNCLOSED: [&[u8]; 24] = [
    b"area", b"base", b"br", b"col", b"dd", b"dt", b"embed", b"hr", b"img", b"input", b"li",
    b"link", b"meta", b"option", b"p", b"param", b"path", b"source", b"tbody", b"td", b"th", b"tr",
    b"track", b"wbr",
];

/// Whether more elements seem to stand in one another than a page can have.
pub(crate) fn is_nested_beyond_measure(page: &str) -> bool {
    let bytes = page.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(step) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        at += step + 1;
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(end) = rest.strip_prefix(b"/") {
            depth =
                depth.saturating_sub(usize::from(!UNCLOSED.contains(&tag_name(end).as_slice())));
            continue;
        }
        let name = tag_name(rest);
        if name.is_empty() || UNCLOSED.contains(&name.as_slice()) {
            continue;
        }
        if name == b"script" || name == b"style" {
            at += memchr::memmem::find(rest, b"</").unwrap_or(rest.len());
            continue;
        }
        depth += 1;
        if depth > NESTING {
            return true;
        }
    }
    false
}

fn tag_name(rest: &[u8]) -> Vec<u8> {
    rest.iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .take(16)
        .map(u8::to_ascii_lowercase)
        .collect()
}

/// The article of a page; nothing where it holds no text.
pub(crate) fn read(page: &str) -> Option<Article<'static>> {
    let document = Document::from(page);
    let facts = PageFacts::of(&document);
    let fallback_title = document.select("title").text().trim().to_owned();
    let paragraphs = paragraphs(&document);
    let config = Config {
        text_mode: TextMode::Formatted,
        disable_json_ld: true,
        ..Config::default()
    };
    let main = Readability::with_document(document, None, Some(config))
        .ok()
        .and_then(|mut page| page.parse().ok());
    let (mut text, main_title) = match &main {
        Some(main) => (tidy(&main.text_content), main.title.trim().to_owned()),
        None => (String::new(), fallback_title),
    };
    for other in [facts.body(), paragraphs] {
        if other.len() > text.len().saturating_mul(MUCH_LONGER) {
            text = other;
        }
    }
    if text.is_empty() {
        text = tidy(&Document::from(page).select("body").formatted_text());
    }
    if text.is_empty() {
        return None;
    }
    let title = Some(facts.get(Field::Title))
        .filter(|title| !title.is_empty())
        .unwrap_or(main_title);
    Some(Article {
        title: Cow::Owned(one_line(&title)),
        text: Cow::Owned(text),
        published: Cow::Owned(facts.get(Field::Published)),
        language: Cow::Owned(facts.get(Field::Language)),
        url: Cow::Owned(facts.get(Field::Url)),
        outlet: Cow::Owned(facts.get(Field::Outlet)),
        authors: Cow::Owned(facts.get(Field::Authors)),
        ..Article::default()
    })
}

/// Paragraphs parted by one empty line, without white space at their ends.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text
        .split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(line);
    }
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All paragraphs of the page's article element, or of the page.
fn paragraphs(document: &Document) -> String {
    let inside = document.select("article p, [itemprop=articleBody] p");
    let found = if inside.exists() {
        inside
    } else {
        document.select("p")
    };
    let texts: Vec<String> = found
        .iter()
        .map(|paragraph| one_line(&paragraph.text()))
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n\n")
}

/// What the page says about its article outside of the text.
struct PageFacts {
    linked: Vec<Value>,
    found: Vec<(Field, String)>,
}

enum Source {
    Linked(&'static str),
    Meta(&'static str),
    Attribute(Matcher, &'static str),
    Text(Matcher),
}

static SOURCES: LazyLock<Vec<(Field, Source)>> = LazyLock::new(|| {
    let rows = include_str!("../data/page_metadata.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    rows.filter_map(source).collect()
});

fn source(row: &'static str) -> Option<(Field, Source)> {
    let mut columns = row.split('\t');
    let (field, kind, place) = (
        Field::from_name(columns.next()?)?,
        columns.next()?,
        columns.next()?,
    );
    let source = match kind {
        "ld" => Source::Linked(place),
        "meta" => Source::Meta(place),
        "attr" => {
            let (selector, attribute) = place.rsplit_once(' ')?;
            Source::Attribute(Matcher::new(selector).ok()?, attribute)
        }
        "text" => Source::Text(Matcher::new(place).ok()?),
        _ => return None,
    };
    Some((field, source))
}

impl PageFacts {
    fn of(document: &Document) -> Self {
        let mut linked = Vec::new();
        for script in document
            .select("script[type=\"application/ld+json\"]")
            .iter()
        {
            if let Some(value) = json::lenient_value(&script.text()) {
                collect_articles(value, &mut linked, 0);
            }
        }
        let metas = meta_values(&document.select("meta"));
        let mut found: Vec<(Field, String)> = Vec::new();
        for (field, source) in SOURCES.iter() {
            if found.iter().any(|(known, _)| known == field) {
                continue;
            }
            let value = match source {
                Source::Linked(path) => linked
                    .iter()
                    .find_map(|article| linked_label(article.get(path)?)),
                Source::Meta(name) => metas
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| value.clone()),
                Source::Attribute(matcher, attribute) => document
                    .select_single_matcher(matcher)
                    .attr(attribute)
                    .map(|value| value.to_string()),
                Source::Text(matcher) => {
                    Some(document.select_single_matcher(matcher).text().to_string())
                }
            };
            let value = value
                .map(|value| one_line(&unescape(&value)))
                .unwrap_or_default();
            // Pages name their authors by the address of a profile, which is no name.
            let is_address = value.starts_with("http://") || value.starts_with("https://");
            if !value.is_empty() && (!is_address || *field == Field::Url) {
                found.push((*field, value));
            }
        }
        Self { linked, found }
    }

    fn get(&self, field: Field) -> String {
        self.found
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// The text that some pages repeat for search engines.
    fn body(&self) -> String {
        let body = self
            .linked
            .iter()
            .find_map(|article| article.get("articleBody")?.as_str());
        tidy(&unescape(body.unwrap_or_default()))
    }
}

/// Names in lower case and contents of all `<meta>`, those without content left out.
fn meta_values(metas: &Selection<'_>) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for meta in metas.iter() {
        let Some(content) = meta
            .attr("content")
            .filter(|content| !content.trim().is_empty())
        else {
            continue;
        };
        for attribute in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = meta.attr(attribute) {
                values.push((name.trim().to_lowercase(), content.to_string()));
            }
        }
    }
    values
}

/// Collects the articles that JSON-LD describes, wherever they stand in it.
fn collect_articles(value: Value, articles: &mut Vec<Value>, depth: u8) {
    if depth > 4 {
        return;
    }
    match value {
        Value::Array(items) => items
            .into_iter()
            .for_each(|item| collect_articles(item, articles, depth + 1)),
        Value::Object(mut object) => {
            let is_article = |kind: &Value| {
                kind.as_str().is_some_and(|kind| {
                    kind.ends_with("Article")
                        || kind.ends_with("BlogPosting")
                        || kind.ends_with("Report")
                })
            };
            let kind = object.get("@type");
            let of_article = kind.is_some_and(|kind| {
                is_article(kind)
                    || kind
                        .as_array()
                        .is_some_and(|kinds| kinds.iter().any(is_article))
            });
            for name in ["@graph", "mainEntity"] {
                if let Some(inner) = object.remove(name) {
                    collect_articles(inner, articles, depth + 1);
                }
            }
            if of_article {
                articles.push(Value::Object(object));
            }
        }
        _ => {}
    }
}

/// The name of what JSON-LD describes; several are joined.
fn linked_label(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => object
            .get("name")
            .or_else(|| object.get("@id"))
            .and_then(linked_label),
        Value::Array(items) => {
            let labels: Vec<String> = items.iter().filter_map(linked_label).collect();
            Some(labels.join("; "))
        }
        _ => None,
    }
    .filter(|label| !label.trim().is_empty())
}

/// Text in which a careless program left HTML: entities and tags.
fn unescape(text: &str) -> Cow<'_, str> {
    let has_entity = text
        .split('&')
        .skip(1)
        .any(|rest| rest.get(..12).unwrap_or(rest).contains(';'));
    if !(has_entity || text.contains("</") || text.contains("/>")) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Document::fragment(text).formatted_text().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_understood() {
        let rows = include_str!("../data/page_metadata.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'));
        for row in rows {
            assert!(source(row).is_some(), "{row}");
        }
    }

    #[test]
    fn nesting() {
        assert!(!is_nested_beyond_measure(
            &"<div><p>a<br><b>b</b></div>".repeat(5000)
        ));
        assert!(is_nested_beyond_measure(&"<div>".repeat(5000)));
    }

    #[test]
    fn declared_charsets() {
        let label = |page: &str| declared_encoding(page.as_bytes()).map(Encoding::name);
        assert_eq!(label("<meta charset=windows-1251>"), Some("windows-1251"));
        assert_eq!(
            label("<META http-equiv='Content-Type' content='text/html; CHARSET=Shift_JIS'>"),
            Some("Shift_JIS")
        );
        assert_eq!(
            label("<?xml version='1.0' encoding=\"iso-8859-2\"?>"),
            Some("ISO-8859-2")
        );
        assert_eq!(label("<p>no charset</p>"), None);
    }
}
