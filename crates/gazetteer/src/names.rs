//! A user's own names: CSV with the columns `name`, `type`, `id`, `aliases`.

use crate::table::Row;
use crate::{Error, Kind, kind::Flags};
use dateline_model::NameType;
use std::io::Read;

/// The id of an entity that no table has: `x:person:erich-andersen`. Letters and digits of the
/// folded name, anything else as one hyphen.
pub fn made_id(name_type: NameType, name: &str) -> String {
    let mut id = format!("x:{}:", name_type.as_str());
    let begin = id.len();
    for c in dateline_text::fold(name).chars() {
        if c.is_alphanumeric() {
            id.push(c);
        } else if id.len() > begin && !id.ends_with('-') {
            id.push('-');
        }
    }
    if id.len() > begin && id.ends_with('-') {
        id.pop();
    }
    id
}

/// Capitals only, two or more: compared in exactly this case, since «IS» is not «is».
fn is_acronym(name: &str) -> bool {
    let letters = || name.chars().filter(|c| c.is_alphabetic());
    letters().count() >= 2 && letters().all(char::is_uppercase)
}

pub(crate) fn read(file: &str, input: impl Read) -> Result<Vec<Row>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(input);
    let broken = |e: csv::Error| {
        let row = e.position().map_or(0, |p| p.line());
        match e.into_kind() {
            csv::ErrorKind::Io(source) => Error::Read {
                file: file.into(),
                source,
            },
            kind => Error::Row {
                file: file.into(),
                row,
                message: format!("not CSV: {kind:?}"),
            },
        }
    };
    let header = reader.headers().map_err(broken)?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|h| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name))
    };
    let wrong = |row: u64, message: String| Error::Row {
        file: file.into(),
        row,
        message,
    };
    let (Some(name_at), Some(type_at)) = (column("name"), column("type")) else {
        return Err(wrong(
            1,
            "the header wants the columns name and type, and may have id and aliases".into(),
        ));
    };
    let (id_at, aliases_at) = (column("id"), column("aliases"));
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let number = record.position().map_or(0, csv::Position::line);
        let field = |at: usize| record.get(at).unwrap_or("");
        let name = field(name_at);
        if name.is_empty() {
            return Err(wrong(number, "the name is empty".into()));
        }
        let kind = match field(type_at).to_ascii_lowercase().as_str() {
            "person" => Kind::Person,
            "organization" => Kind::Organization,
            "place" => Kind::Area,
            "other" => Kind::Other,
            t => {
                let message =
                    format!("type is «{t}»; it may be person, organization, place or other");
                return Err(wrong(number, message));
            }
        };
        let given_id = id_at.map_or("", field);
        let id = match (given_id, kind.name_type()) {
            ("", Some(t)) => made_id(t, name),
            (id, _) => id.to_owned(),
        };
        let aliases = aliases_at.map_or("", field);
        for (n, form) in std::iter::once(name).chain(aliases.split('|')).enumerate() {
            let form = form.trim();
            if form.is_empty() {
                continue;
            }
            let label = if n == 0 { Flags::LABEL } else { 0 };
            let acronym = if is_acronym(form) { Flags::ACRONYM } else { 0 };
            rows.push(Row {
                id: id.clone(),
                kind,
                languages: String::new(),
                name: form.into(),
                flags: Flags(label | acronym),
                country: String::new(),
                wikidata: id
                    .strip_prefix('Q')
                    .and_then(|d| d.parse().ok())
                    .unwrap_or(0),
                population: 0,
                // A user may well have two persons of one name.
                by_hand: false,
                file: file.into(),
                row: number,
            });
        }
    }
    Ok(rows)
}
