//! Ids of names that no gazetteer has, and their labels.

use dateline_model::NameType;

/// Id and label of an unknown name; the same as [`made_id`] and [`label`] give.
pub(crate) fn made(name_type: NameType, form: &str) -> (String, String) {
    if let Some(both) = made_plain(name_type, form) {
        return both;
    }
    let id = made_id(name_type, form);
    let label = label(&id);
    (id, label)
}

/// The commonest forms: words of ASCII letters, small but for the first, a space between.
fn made_plain(name_type: NameType, form: &str) -> Option<(String, String)> {
    let mut begin = true;
    for b in form.bytes() {
        match b {
            b'A'..=b'Z' if begin => begin = false,
            b'a'..=b'z' if !begin => {}
            b' ' if !begin => begin = true,
            _ => return None,
        }
    }
    if begin {
        return None;
    }
    let kind = name_type.as_str();
    let mut id = String::with_capacity(3 + kind.len() + form.len());
    id.push_str("x:");
    id.push_str(kind);
    id.push(':');
    id.extend(form.chars().map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }));
    Some((id, form.to_owned()))
}

/// The id of an unknown name, from its type and its form: `x:person:erich-andersen`.
///
/// A space becomes `-`, a hyphen `--`. The id is in small letters where capitals at the beginnings
/// of words give the form back; else it keeps the form's case. So [`label`] can undo it, and one
/// id has one label wherever it is made.
pub(crate) fn made_id(name_type: NameType, form: &str) -> String {
    let mut plain = String::with_capacity(form.len());
    for c in form.chars() {
        let last = plain.chars().next_back();
        match c {
            _ if c.is_whitespace() => {
                if !matches!(last, None | Some(' ' | '-')) {
                    plain.push(' ');
                }
            }
            '-' | '‐' | '‑' | '–' => {
                if last == Some(' ') {
                    plain.pop();
                }
                if !matches!(last, None | Some('-')) {
                    plain.push('-');
                }
            }
            '’' | 'ʼ' | '`' | '´' => plain.push('\''),
            c if c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') => {}
            c => plain.push(c),
        }
    }
    while plain.ends_with([' ', '-']) {
        plain.pop();
    }
    let all_capitals = plain.chars().filter(|c| c.is_alphabetic()).count() > 3
        && plain.chars().all(|c| !c.is_lowercase())
        && plain.chars().any(char::is_uppercase);
    if name_type == NameType::Person && all_capitals {
        plain = title_case(&plain.to_lowercase());
    }
    let small = plain.to_lowercase();
    let body = if title_case(&small) == plain { small } else { plain };
    format!("x:{}:{}", name_type.as_str(), body.replace('-', "--").replace(' ', "-"))
}

/// The label of an id made by [`made_id`].
pub(crate) fn label(id: &str) -> String {
    let slug = id.splitn(3, ':').nth(2).unwrap_or(id);
    let form = slug.replace("--", "\u{1}").replace('-', " ").replace('\u{1}', "-");
    if form.chars().any(char::is_uppercase) { form } else { title_case(&form) }
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
    fn ids_are_readable_and_labels_give_the_form_back() {
        for (form, id) in [
            ("Erich Andersen", "x:person:erich-andersen"),
            ("Jean-Marc Dupont", "x:person:jean--marc-dupont"),
            ("Anna McDonald", "x:person:Anna-McDonald"),
            ("Maria de la Cruz", "x:person:Maria-de-la-Cruz"),
        ] {
            assert_eq!(made_id(NameType::Person, form), id);
            assert_eq!(label(id), form);
        }
        assert_eq!(made_id(NameType::Person, "VALERIE MACON"), "x:person:valerie-macon");
        assert_eq!(made_id(NameType::Organization, "ACME"), "x:organization:ACME");
        assert_eq!(made_id(NameType::Person, "Erich\n Andersen"), "x:person:erich-andersen");
    }

    proptest! {
        #[test]
        fn the_short_way_says_the_same(form in "[A-Za-z -]{1,16}") {
            let id = made_id(NameType::Person, &form);
            let label = label(&id);
            prop_assert_eq!(made(NameType::Person, &form), (id, label));
        }

        #[test]
        fn one_id_has_one_label(form in "[A-Za-zÀ-ÿßİ'’ .\\-–]{1,24}") {
            let id = made_id(NameType::Organization, &form);
            let given = label(&id);
            prop_assert_eq!(made_id(NameType::Organization, &given), id);
        }
    }
}
