//! Web pages: what is the article, and what the page says about it.

use dateline_model::Article;
use encoding_rs::Encoding;

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

/// The article of a page; nothing where it holds no text.
pub(crate) fn read(page: &str) -> Option<Article<'static>> {
    let mut readability = dom_smoothie::Readability::new(page, None, None).ok()?;
    let article = readability.parse().ok()?;
    let text = article.text_content.to_string();
    if text.trim().is_empty() {
        return None;
    }
    Some(Article {
        title: article.title.to_string().into(),
        text: text.into(),
        ..Article::default()
    })
}
