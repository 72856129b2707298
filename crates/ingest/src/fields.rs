//! Which field of a source holds what: the table of other programs' names, and the user's own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use dateline_model::{Article, RejectCode};

use crate::{Error, Options};

/// What a field of a source is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Id,
    Text,
    Teaser,
    Title,
    Published,
    Language,
    Url,
    Outlet,
    Authors,
    /// An object whose fields count as the record's own.
    Inside,
}

const FIELD_COUNT: usize = Field::Authors as usize + 1;

impl Field {
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "text" => Self::Text,
            "teaser" => Self::Teaser,
            "title" => Self::Title,
            "published" | "dct" => Self::Published,
            "language" | "lang" => Self::Language,
            "url" => Self::Url,
            "outlet" => Self::Outlet,
            "authors" => Self::Authors,
            "inside" => Self::Inside,
            _ => return None,
        })
    }
}

const MAPPABLE: &str = "id, text, title, published, language, url, outlet, authors";

/// A field and how early its name stands in the list of names: 0 is the user's word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Role {
    pub field: Field,
    pub rank: u16,
}

/// Up to two roles: `--map id=url` leaves `url` what it was.
pub(crate) type Roles = [Option<Role>; 2];

const NO_ROLES: Roles = [None, None];

static TABLE: LazyLock<HashMap<&'static str, Role>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    let rows = include_str!("../data/fields.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for (rank, row) in rows.enumerate() {
        if let Some((field, name)) = row.split_once('\t')
            && let Some(field) = Field::from_name(field)
        {
            let rank = rank as u16 + 1;
            table.entry(name).or_insert(Role { field, rank });
        }
    }
    table
});

/// The names of fields that are in force: the user's own before the table.
pub(crate) struct FieldNames {
    mapped: Vec<(Field, String)>,
}

impl FieldNames {
    pub fn new(options: &Options) -> Self {
        let mapped = options
            .field_map
            .iter()
            .filter_map(|(ours, theirs)| Some((Field::from_name(ours)?, theirs.clone())))
            .collect();
        Self { mapped }
    }

    /// Refuses names of ours that do not exist.
    pub fn check(options: &Options) -> Result<(), Error> {
        for (ours, _) in &options.field_map {
            match Field::from_name(ours) {
                Some(field) if field != Field::Teaser && field != Field::Inside => {}
                _ => {
                    return Err(Error::UnknownField {
                        name: ours.clone(),
                        known: MAPPABLE.to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether the user named a source for this field, which is then its only source.
    pub fn is_mapped(&self, field: Field) -> bool {
        self.mapped.iter().any(|(mapped, _)| *mapped == field)
    }

    /// Whether the name is one that other programs use, or the user.
    pub fn knows(&self, name: &str) -> bool {
        table_role(name).is_some() || self.mapped.iter().any(|(_, theirs)| theirs == name)
    }

    /// What the field of this name is for.
    pub fn roles(&self, name: &str) -> Roles {
        let by_user = self.mapped.iter().find(|(_, theirs)| theirs == name);
        self.with_table(by_user.map(|(field, _)| *field), name)
    }

    /// What the column of this number (from 1) and name is for.
    pub fn column_roles(&self, number: usize, name: &str) -> Roles {
        let by_user = self.mapped.iter().find(|(_, theirs)| {
            theirs == name || theirs.trim() == name.trim() || theirs.parse() == Ok(number)
        });
        self.with_table(by_user.map(|(field, _)| *field), name)
    }

    fn with_table(&self, by_user: Option<Field>, name: &str) -> Roles {
        let first = by_user.map(|field| Role { field, rank: 0 });
        // Otherwise every name in a title that became the text would be reported twice.
        if matches!(by_user, Some(Field::Text | Field::Title)) {
            return [first, None];
        }
        let second = table_role(name).filter(|role| {
            let field = if role.field == Field::Teaser {
                Field::Text
            } else {
                role.field
            };
            !self.is_mapped(field)
        });
        if first.is_none() && second.is_none() {
            NO_ROLES
        } else {
            [first, second]
        }
    }
}

fn table_role(name: &str) -> Option<Role> {
    // `_source` wraps a record, `source` names an outlet: wrappers are compared as they are.
    if let Some(role) = TABLE.get(name)
        && (role.field == Field::Inside || name.bytes().all(|b| b.is_ascii_lowercase()))
    {
        return Some(*role);
    }
    if name.len() > 64 {
        return None;
    }
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-' | '.' | ':'))
        .flat_map(char::to_lowercase)
        .collect();
    TABLE
        .get(plain.as_str())
        .copied()
        .filter(|role| role.field != Field::Inside)
}

/// The values found so far for each field of one record.
#[derive(Default)]
pub(crate) struct Found<'a> {
    values: [Option<(u16, Cow<'a, str>)>; FIELD_COUNT],
    text_named: bool,
}

impl<'a> Found<'a> {
    /// Notes a value; blank ones count only as «there is such a field».
    pub fn put(&mut self, role: Role, value: Cow<'a, str>) {
        self.text_named |= role.field == Field::Text;
        if value.trim_start().is_empty() {
            return;
        }
        if let Some(slot) = self.values.get_mut(role.field as usize)
            && slot.as_ref().is_none_or(|(rank, _)| role.rank < *rank)
        {
            *slot = Some((role.rank, value));
        }
    }

    /// Notes that a field is there without a value.
    pub fn put_nothing(&mut self, role: Role) {
        self.text_named |= role.field == Field::Text;
    }

    /// The article, or whether the text is missing or empty. A teaser is taken for the text only
    /// where the record has no field for the text at all.
    pub fn into_article(
        mut self,
        source_file: &'a str,
        record: u64,
    ) -> Result<Article<'a>, RejectCode> {
        let mut take = |field: Field| {
            let slot = self.values.get_mut(field as usize).and_then(Option::take);
            slot.map(|(_, value)| value).unwrap_or_default()
        };
        let mut text = take(Field::Text);
        let teaser = take(Field::Teaser);
        if text.is_empty() {
            if self.text_named {
                return Err(RejectCode::TextEmpty);
            }
            if teaser.is_empty() {
                return Err(RejectCode::FieldMissing);
            }
            text = teaser;
        }
        Ok(Article {
            source_file: Cow::Borrowed(source_file),
            record,
            source_id: trim(take(Field::Id)),
            title: with_line_feeds(take(Field::Title)),
            text: with_line_feeds(text),
            published: trim(take(Field::Published)),
            language: trim(take(Field::Language)),
            url: trim(take(Field::Url)),
            outlet: trim(take(Field::Outlet)),
            authors: trim(take(Field::Authors)),
        })
    }
}

/// The message for a record that has no text.
pub(crate) fn no_text_message(code: RejectCode, seen: &[String]) -> String {
    if code == RejectCode::TextEmpty {
        return "The text is empty.".to_owned();
    }
    const SHOWN: usize = 20;
    let mut names = seen
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if seen.len() > SHOWN {
        names.push_str(", …");
    }
    if names.is_empty() {
        names.push_str("none");
    }
    format!(
        "No field holds the text of the article. Fields seen: {names}. \
         If one of them is the text, name it: --map text=NAME."
    )
}

/// The text with `\r\n` and `\r` as `\n`.
pub(crate) fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn trim(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(value) => Cow::Borrowed(value.trim()),
        Cow::Owned(value) if value.trim().len() == value.len() => Cow::Owned(value),
        Cow::Owned(value) => Cow::Owned(value.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_reachable() {
        let rows = include_str!("../data/fields.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'));
        for row in rows {
            let (field, name) = row.split_once('\t').expect(row);
            let role = table_role(name).expect(row);
            assert_eq!(Some(role.field), Field::from_name(field), "{row}");
        }
    }

    #[test]
    fn names_are_compared_without_case_and_marks() {
        for name in [
            "date_publish",
            "datePublish",
            "Date Publish",
            "date-publish",
        ] {
            assert_eq!(
                table_role(name).map(|r| r.field),
                Some(Field::Published),
                "{name}"
            );
        }
        assert_eq!(table_role("_source").map(|r| r.field), Some(Field::Inside));
        assert_eq!(table_role("source").map(|r| r.field), Some(Field::Outlet));
        assert_eq!(table_role("image_url"), None);
    }

    #[test]
    fn what_the_user_names_is_the_only_source() {
        let options = Options {
            field_map: vec![
                ("text".into(), "Inhalt".into()),
                ("id".into(), "url".into()),
            ],
            ..Options::default()
        };
        let names = FieldNames::new(&options);
        assert_eq!(
            names.roles("Inhalt")[0],
            Some(Role {
                field: Field::Text,
                rank: 0
            })
        );
        assert_eq!(names.roles("body"), NO_ROLES);
        assert_eq!(names.roles("description"), NO_ROLES);
        let url = names.roles("url");
        assert_eq!(url[0].map(|r| r.field), Some(Field::Id));
        assert_eq!(url[1].map(|r| r.field), Some(Field::Url));
    }
}
