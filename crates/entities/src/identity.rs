//! Ids of names that no gazetteer has, and their labels.

use dateline_gazetteer::Posting;
use dateline_model::NameType;
use std::borrow::Cow;
use std::sync::Arc;

/// Makes ids and labels, and remembers those of the gazetteer that were needed last: large names come
/// again from article to article, and text that is shared costs less than text that is copied.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// By a hash of their place; empty before the first.
    recent: Vec<Recent>,
    buffer: Vec<u8>,
}

/// Id and label of a record of the gazetteer.
#[derive(Debug, Clone)]
struct Recent {
    place: usize,
    id: Arc<str>,
    label: Arc<str>,
}

/// How many are kept, as a power of two.
const RECENT: u32 = 11;

impl Ids {
    /// Id and label of an entity of the gazetteer.
    pub(crate) fn known(&mut self, posting: Posting<'_>) -> Option<(Arc<str>, Arc<str>)> {
        if self.recent.is_empty() {
            let empty = Recent {
                place: usize::MAX,
                id: "".into(),
                label: "".into(),
            };
            self.recent.resize(1 << RECENT, empty);
        }
        let place = posting.place();
        let slot = (place as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - RECENT);
        let recent = &mut self.recent[slot as usize];
        if recent.place != place {
            let entry = posting.entry()?;
            *recent = Recent {
                place,
                id: entry.id.into(),
                label: entry.label.into(),
            };
        }
        Some((recent.id.clone(), recent.label.clone()))
    }

    /// Id and label of a name that no gazetteer has.
    pub(crate) fn made(&mut self, name_type: NameType, form: &str) -> (Arc<str>, Arc<str>) {
        match made_fast(name_type, form) {
            Some(id) => (id, form.into()),
            None => made(name_type, form, &mut self.buffer),
        }
    }
}

const GAP: u8 = 1;
const UPPER: u8 = 2;
const LOWER: u8 = 4;
const OTHER: u8 = 8;
const WIDE: u8 = 16;
/// For each byte what it is in a form of the commonest shape.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut b = 0;
    while b < classes.len() {
        classes[b] = match b as u8 {
            b' ' | b'-' => GAP,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'`' => OTHER,
            b if b.is_ascii_graphic() => 0,
            // Of small letters: others are refused before.
            b if !b.is_ascii() => LOWER | WIDE,
            _ => OTHER,
        };
        b += 1;
    }
    classes
};

/// The id that [`made`] gives where the label is the form, for forms of the commonest shape: one
/// look at each byte. `None` says nothing.
fn made_fast(name_type: NameType, form: &str) -> Option<Arc<str>> {
    const PREFIX: usize = 16;
    const LONGEST: usize = 48;
    if !form.is_ascii() && form.chars().any(|c| !c.is_ascii() && !c.is_lowercase()) {
        return None;
    }
    let form = form.as_bytes();
    // What words begin with, and what stands inside.
    let (mut begins, mut inside, mut last) = (0, 0, GAP);
    for b in form {
        let class = CLASSES[usize::from(*b)];
        let begin = 0u8.wrapping_sub(last & GAP);
        begins |= class & begin;
        inside |= class & !begin;
        last = class;
    }
    let all = begins | inside;
    let person = name_type == NameType::Person;
    if (all & OTHER) | ((begins | last) & GAP) | (begins & WIDE) != 0
        || all & UPPER == 0
        || person && all & LOWER == 0
        || form.len() > LONGEST
    {
        return None;
    }
    let prefix = ["x:person:", "x:organization:", "x:place:", "x:other:"];
    let prefix = prefix[crate::rules::index(name_type)].as_bytes();
    let mut id = [0; PREFIX + 2 * LONGEST];
    id[..prefix.len()].copy_from_slice(prefix);
    let mut length = prefix.len();
    let titled = begins & LOWER | inside & UPPER == 0;
    let small = if titled { 0x20 } else { 0 };
    for part in form.split_inclusive(|b| *b == b'-') {
        let to = id.get_mut(length..length + part.len())?;
        for (to, b) in to.iter_mut().zip(part) {
            *to = match b {
                b' ' => b'-',
                b'A'..=b'Z' => b | small,
                b => *b,
            };
        }
        length += part.len();
        if part.ends_with(b"-") {
            id[length] = b'-';
            length += 1;
        }
    }
    std::str::from_utf8(&id[..length]).ok().map(Into::into)
}

/// Id and label of a name that no gazetteer has, from its type and its form:
/// `x:person:erich-andersen`, «Erich Andersen».
///
/// In the id a space is `-`, a hyphen `--`. The id is in small letters where capitals at the
/// beginnings of words give the form back; else it keeps the form's case. So the id tells the
/// label, and one id has one label wherever it is made.
fn made(name_type: NameType, form: &str, id: &mut Vec<u8>) -> (Arc<str>, Arc<str>) {
    let mut label = if is_plain(form) {
        Cow::Borrowed(form)
    } else {
        plain(form).into()
    };
    if name_type == NameType::Person && all_capitals(&label) {
        label = title_case(&label.to_lowercase()).into();
    }
    id.clear();
    id.extend_from_slice(b"x:");
    id.extend_from_slice(name_type.as_str().as_bytes());
    id.push(b':');
    let titled = is_title_case(&label);
    let small = if titled && !label.is_ascii() {
        Cow::Owned(label.to_lowercase())
    } else {
        Cow::Borrowed(&*label)
    };
    for b in small.bytes() {
        id.push(match b {
            b' ' => b'-',
            b if titled => b.to_ascii_lowercase(),
            b => b,
        });
        if b == b'-' {
            id.push(b);
        }
    }
    let made = std::str::from_utf8(id).unwrap_or_default().into();
    if !titled && !label.chars().any(char::is_uppercase) {
        label = title_case(&label).into();
    }
    (made, label.as_ref().into())
}

/// Whether [`plain`] changes nothing, which is seen fast.
fn is_plain(form: &str) -> bool {
    let mut last = b' ';
    let plain = form.bytes().all(|b| {
        let gap = matches!(last, b' ' | b'-');
        last = b;
        match b {
            b' ' | b'-' => !gap,
            b'`' => false,
            b => b.is_ascii_graphic(),
        }
    });
    plain && !matches!(last, b' ' | b'-')
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

/// A name as it is written, with one space between its words.
pub(crate) fn single_spaced(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
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

    fn made(name_type: NameType, form: &str) -> (String, String) {
        let (id, label) = super::made(name_type, form, &mut Vec::new());
        (id.as_ref().into(), label.as_ref().into())
    }

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
        fn plain_forms_stay(form in "[A-Za-zé'`’ .\n\\-–]{1,12}") {
            if is_plain(&form) {
                prop_assert_eq!(plain(&form), form);
            }
        }

        #[test]
        fn fast_is_the_same(form in "[A-Za-zéßœςªÉİ'`’ .\n\\-–]{1,12}") {
            for name_type in [NameType::Organization, NameType::Person] {
                if let Some(id) = made_fast(name_type, &form) {
                    prop_assert_eq!(made(name_type, &form), (id.as_ref().to_owned(), form.clone()));
                }
            }
        }

        #[test]
        fn one_id_has_one_label(form in "[A-Za-zÀ-ÿßİǅ北'’ .\n\\-–]{1,24}") {
            for name_type in [NameType::Organization, NameType::Person] {
                let (id, given) = made(name_type, &form);
                prop_assert_eq!(label(&id), given);
            }
        }
    }
}
