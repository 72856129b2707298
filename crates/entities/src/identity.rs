//! Ids of names that no gazetteer has, and their labels.

use dateline_model::NameType;

/// Id and label of a name that no gazetteer has, from its type and its form:
/// `x:person:erich-andersen`, «Erich Andersen».
///
/// In the id a space is `-`, a hyphen `--`. The id is in small letters where capitals at the
/// beginnings of words give the form back; else it keeps the form's case. So the id tells the
/// label, and one id has one label wherever it is made.
pub(crate) fn made(name_type: NameType, form: &str) -> (String, String) {
    if let Some(id) = simple(name_type, form) {
        return (id, form.to_owned());
    }
    let mut label = plain(form);
    if name_type == NameType::Person && all_capitals(&label) {
        label = title_case(&label.to_lowercase());
    }
    let kind = name_type.as_str();
    let mut id = String::with_capacity(4 + kind.len() + label.len());
    id.push_str("x:");
    id.push_str(kind);
    id.push(':');
    let titled = is_title_case(&label);
    for c in label.chars() {
        match c {
            ' ' => id.push('-'),
            '-' => id.push_str("--"),
            c if !titled => id.push(c),
            c if c.is_ascii() => id.push(c.to_ascii_lowercase()),
            c => id.extend(c.to_lowercase()),
        }
    }
    if !titled && !label.chars().any(char::is_uppercase) {
        label = title_case(&label);
    }
    (id, label)
}

/// The id of what most forms are: ASCII words with one capital each and single spaces.
fn simple(name_type: NameType, form: &str) -> Option<String> {
    let mut begin = true;
    let simple = form.bytes().all(|b| {
        let before = std::mem::replace(&mut begin, b == b' ');
        if before {
            b.is_ascii_uppercase()
        } else {
            b.is_ascii_lowercase() || begin
        }
    });
    if !simple || begin {
        return None;
    }
    let kind = name_type.as_str();
    let mut id = Vec::with_capacity(3 + kind.len() + form.len());
    id.extend_from_slice(b"x:");
    id.extend_from_slice(kind.as_bytes());
    id.push(b':');
    id.extend(form.bytes().map(|b| {
        if b == b' ' {
            b'-'
        } else {
            b.to_ascii_lowercase()
        }
    }));
    String::from_utf8(id).ok()
}

/// The form with single spaces, one hyphen and one apostrophe for all that look like them, and
/// without signs that do not show.
fn plain(form: &str) -> String {
    let mut plain = String::with_capacity(form.len());
    for c in form.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => plain.push(c),
            c if c.is_whitespace() => {
                if !plain.is_empty() && !plain.ends_with([' ', '-']) {
                    plain.push(' ');
                }
            }
            '-' | '‐' | '‑' | '–' => {
                if plain.ends_with(' ') {
                    plain.pop();
                }
                if !plain.is_empty() && !plain.ends_with('-') {
                    plain.push('-');
                }
            }
            '’' | 'ʼ' | '`' | '´' => plain.push('\''),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' => {}
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain.truncate(plain.trim_end_matches([' ', '-']).len());
    plain
}

fn all_capitals(name: &str) -> bool {
    !name.bytes().any(|b| b.is_ascii_lowercase())
        && name.chars().filter(|c| c.is_alphabetic()).count() > 3
        && name.chars().all(|c| !c.is_lowercase())
        && name.chars().any(char::is_uppercase)
}

/// Whether [`title_case`] of the small letters gives the form back.
fn is_title_case(form: &str) -> bool {
    if !form.is_ascii() {
        return title_case(&form.to_lowercase()) == form;
    }
    let mut begin = true;
    form.bytes().all(|b| {
        let fits = if begin {
            !b.is_ascii_lowercase()
        } else {
            !b.is_ascii_uppercase()
        };
        begin = b == b' ' || b == b'-';
        fits
    })
}

/// Capitals at the beginnings of words and after hyphens.
fn title_case(small: &str) -> String {
    let mut out = String::with_capacity(small.len());
    let mut begin = true;
    for c in small.chars() {
        if begin {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        begin = c == ' ' || c == '-';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_are_readable_and_tell_the_label() {
        for (form, id) in [
            ("Erich Andersen", "x:person:erich-andersen"),
            ("Jean-Marc Dupont", "x:person:jean--marc-dupont"),
            ("Anna McDonald", "x:person:Anna-McDonald"),
            ("Maria de la Cruz", "x:person:Maria-de-la-Cruz"),
            ("Élodie Durand", "x:person:élodie-durand"),
        ] {
            assert_eq!(
                made(NameType::Person, form),
                (id.to_owned(), form.to_owned())
            );
        }
        assert_eq!(
            made(NameType::Person, "VALERIE MACON").0,
            "x:person:valerie-macon"
        );
        assert_eq!(
            made(NameType::Organization, "ACME").0,
            "x:organization:ACME"
        );
        assert_eq!(
            made(NameType::Person, "Erich\n Andersen").0,
            "x:person:erich-andersen"
        );
    }

    /// What the label of an id is, from the id alone.
    fn label(id: &str) -> String {
        let slug = id.splitn(3, ':').nth(2).unwrap();
        let form = slug
            .replace("--", "\u{1}")
            .replace('-', " ")
            .replace('\u{1}', "-");
        if form.chars().any(char::is_uppercase) {
            form
        } else {
            title_case(&form)
        }
    }

    proptest! {
        #[test]
        fn one_id_has_one_label(form in "[A-Za-zÀ-ÿßİǅ北'’ .\n\\-–]{1,24}") {
            for name_type in [NameType::Organization, NameType::Person] {
                let (id, given) = made(name_type, &form);
                prop_assert_eq!(label(&id), given);
            }
        }
    }
}
