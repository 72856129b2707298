//! A JSON object becomes an article.

use std::borrow::Cow;
use std::fmt;

use dateline_model::{Article, RejectCode};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::fields::{Field, FieldNames, Found, Role, Roles, no_text_message};

/// Why a record is no article.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub code: RejectCode,
    pub message: String,
    /// Where in the record the trouble is: line from 1 and column in characters from 1.
    pub place: Option<(usize, usize)>,
}

/// Parses records with one set of names; remembers the roles of the names that it met.
pub(crate) struct Parser<'n> {
    memo: NameMemo<'n>,
}

impl<'n> Parser<'n> {
    pub fn new(names: &'n FieldNames) -> Self {
        Self {
            memo: NameMemo {
                names,
                known: Vec::new(),
                next: 0,
            },
        }
    }

    /// The article that `record`, one JSON object, holds.
    pub fn parse<'a>(
        &mut self,
        record: &'a str,
        source_file: &'a str,
        number: u64,
    ) -> Result<Article<'a>, Refusal> {
        match self.read(record) {
            Ok(found) => found
                .into_article(source_file, number)
                .map_err(|code| Refusal {
                    code,
                    message: no_text_message(
                        code,
                        &if code == RejectCode::FieldMissing {
                            names_of(record)
                        } else {
                            Vec::new()
                        },
                    ),
                    place: None,
                }),
            Err(error) => {
                if let Some(repaired) = repair(record)
                    && let Ok(article) = self.parse_repaired(&repaired, source_file, number)
                {
                    return article;
                }
                Err(syntax(record, &error))
            }
        }
    }

    fn parse_repaired<'a>(
        &mut self,
        repaired: &str,
        source_file: &'a str,
        number: u64,
    ) -> Result<Result<Article<'a>, Refusal>, serde_json::Error> {
        let found = self.read(repaired)?;
        let article = match found.into_article("", number) {
            Ok(article) => owned(article, source_file),
            Err(code) => {
                return Ok(Err(Refusal {
                    code,
                    message: no_text_message(code, &names_of(repaired)),
                    place: None,
                }));
            }
        };
        Ok(Ok(article))
    }

    fn read<'a>(&mut self, record: &'a str) -> Result<Found<'a>, serde_json::Error> {
        let mut found = Found::default();
        self.memo.next = 0;
        let mut deserializer = serde_json::Deserializer::from_str(record);
        RecordSeed {
            found: &mut found,
            memo: &mut self.memo,
            depth: 0,
        }
        .deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(found)
    }
}

/// The article with texts of its own.
pub(crate) fn owned<'a>(article: Article<'_>, source_file: &'a str) -> Article<'a> {
    fn own(text: Cow<'_, str>) -> Cow<'static, str> {
        Cow::Owned(text.into_owned())
    }
    Article {
        source_file: Cow::Borrowed(source_file),
        record: article.record,
        source_id: own(article.source_id),
        title: own(article.title),
        text: own(article.text),
        published: own(article.published),
        language: own(article.language),
        url: own(article.url),
        outlet: own(article.outlet),
        authors: own(article.authors),
    }
}

fn syntax(record: &str, error: &serde_json::Error) -> Refusal {
    let column = error.column();
    let line = record
        .lines()
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    let before = line
        .as_bytes()
        .get(..column.saturating_sub(1))
        .unwrap_or(line.as_bytes());
    let before = String::from_utf8_lossy(before);
    let characters = before.chars().count();
    let tail: String = before.chars().skip(characters.saturating_sub(20)).collect();
    let said = error.to_string();
    let said = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(what, _)| what);
    let hint = if error.is_eof() {
        "The record ends in the middle: was the file cut off, or a record spread over several lines?"
    } else {
        "A record is one object such as {\"id\": \"1\", \"text\": \"…\"}."
    };
    let near = if tail.is_empty() {
        String::new()
    } else {
        format!(" after «{tail}»")
    };
    Refusal {
        code: RejectCode::JsonSyntax,
        message: format!("This is not valid JSON: {said}{near}. {hint}"),
        place: Some((error.line().max(1), characters + 1)),
    }
}

/// The names of the fields, for a message.
fn names_of(record: &str) -> Vec<String> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(EXPECTED)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut names = Vec::new();
            while let Some(name) = map.next_key::<String>()? {
                map.next_value::<IgnoredAny>()?;
                let short = name.chars().take(40).collect();
                if names.len() < 100 && !names.contains(&short) {
                    names.push(short);
                }
            }
            Ok(names)
        }
    }
    serde_json::Deserializer::from_str(record)
        .deserialize_map(Names)
        .unwrap_or_default()
}

const EXPECTED: &str = "an object with fields";

/// Nesting of wrappers that is followed.
const WRAPPER_DEPTH: u8 = 4;

struct NameMemo<'n> {
    names: &'n FieldNames,
    known: Vec<(Box<str>, Roles)>,
    /// Records of a file name their fields in the same order, so the next name is nearly always this one.
    next: usize,
}

impl NameMemo<'_> {
    const KEPT: usize = 64;

    fn roles(&mut self, name: &str) -> Roles {
        let place = match self.known.get(self.next) {
            Some((known, _)) if **known == *name => Some(self.next),
            _ => self.known.iter().position(|(known, _)| **known == *name),
        };
        if let Some((_, roles)) = place.and_then(|place| self.known.get(place)) {
            self.next = place.map_or(0, |place| place + 1);
            return *roles;
        }
        let roles = self.names.roles(name);
        if self.known.len() < Self::KEPT {
            self.known.push((name.into(), roles));
            self.next = self.known.len();
        }
        roles
    }
}

struct RecordSeed<'x, 'n, 'de> {
    found: &'x mut Found<'de>,
    memo: &'x mut NameMemo<'n>,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_, '_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth == 0 {
            deserializer.deserialize_map(self)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(roles) = map.next_key_seed(NameSeed(self.memo))? {
            let first = match roles {
                [None, None] => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                [Some(role), _] | [None, Some(role)] => role,
            };
            if first.field == Field::Inside {
                if self.depth >= WRAPPER_DEPTH {
                    map.next_value::<IgnoredAny>()?;
                } else {
                    map.next_value_seed(RecordSeed {
                        found: self.found,
                        memo: self.memo,
                        depth: self.depth + 1,
                    })?;
                }
                continue;
            }
            match map.next_value_seed(ValueSeed)? {
                Value::Nothing => roles
                    .iter()
                    .flatten()
                    .for_each(|role| self.found.put_nothing(*role)),
                Value::Text(value) => {
                    if let [Some(_), Some(second)] = roles {
                        self.found.put(second, value.clone());
                    }
                    self.found.put(first, value);
                }
                Value::Node(node) => {
                    for role in roles.iter().flatten() {
                        put_node(self.found, self.memo.names, *role, &node, self.depth)
                            .map_err(A::Error::custom)?;
                    }
                }
            }
        }
        Ok(())
    }

    // A wrapper's name over something else than an object says nothing.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

struct NameSeed<'x, 'n>(&'x mut NameMemo<'n>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = Roles;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Roles, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_> {
    type Value = Roles;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_str<E>(self, name: &str) -> Result<Roles, E> {
        Ok(self.0.roles(name))
    }
}

/// What a field holds.
enum Value<'de> {
    Nothing,
    Text(Cow<'de, str>),
    Node(Node),
}

/// A list or an object, and what it holds.
enum Node {
    Nothing,
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Nothing)
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(number.to_string())))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(number.to_string())))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(number.to_string())))
    }
    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Nothing)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(ValueSeed)? {
            list.push(value.into_node());
        }
        Ok(Value::Node(Node::List(list)))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            object.push((name, map.next_value_seed(ValueSeed)?.into_node()));
        }
        Ok(Value::Node(Node::Object(object)))
    }
}

impl Value<'_> {
    fn into_node(self) -> Node {
        match self {
            Self::Nothing => Node::Nothing,
            Self::Text(text) => Node::Text(text.into_owned()),
            Self::Node(node) => node,
        }
    }
}

fn put_node(
    found: &mut Found<'_>,
    names: &FieldNames,
    role: Role,
    node: &Node,
    depth: u8,
) -> Result<(), String> {
    let is_text = matches!(role.field, Field::Text | Field::Teaser);
    if is_text && let Node::Object(fields) = node {
        if fields.len() > 1
            && fields
                .iter()
                .all(|(name, _)| name.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(
                "a whole table is kept in one object, column by column; write it with one object \
                        an article (pandas: to_json(orient=\"records\", lines=True))"
                    .to_owned(),
            );
        }
        // `{"article": {"title": …, "text": …}}`: the record is inside.
        let holds_text = |name: &str| {
            names
                .roles(name)
                .iter()
                .flatten()
                .any(|role| role.field == Field::Text)
        };
        if depth < WRAPPER_DEPTH && fields.iter().any(|(name, _)| holds_text(name)) {
            for (name, inner) in fields {
                for role in names.roles(name).iter().flatten() {
                    put_node(found, names, *role, inner, depth + 1)?;
                }
            }
            return Ok(());
        }
    }
    match node {
        Node::Nothing => found.put_nothing(role),
        Node::Text(text) => found.put(role, Cow::Owned(text.clone())),
        // Lists of paragraphs, and bodies in sections.
        Node::List(_) | Node::Object(_) if is_text => {
            let mut parts = Vec::new();
            collect(node, &mut parts);
            found.put(role, Cow::Owned(parts.join("\n\n")));
        }
        Node::List(items) => {
            let parts: Vec<&str> = items.iter().filter_map(label).collect();
            found.put(role, Cow::Owned(parts.join("; ")));
        }
        Node::Object(_) => match label(node) {
            Some(label) => found.put(role, Cow::Owned(label.to_owned())),
            None => found.put_nothing(role),
        },
    }
    Ok(())
}

fn collect<'n>(node: &'n Node, parts: &mut Vec<&'n str>) {
    match node {
        Node::Nothing => {}
        Node::Text(text) => {
            parts.extend(Some(text.as_str()).filter(|text| !text.trim().is_empty()))
        }
        Node::List(items) => items.iter().for_each(|item| collect(item, parts)),
        Node::Object(fields) => fields.iter().for_each(|(_, value)| collect(value, parts)),
    }
}

/// What stands for a thing: its name, else the first that it says of itself (`{"$oid": …}`).
fn label(node: &Node) -> Option<&str> {
    match node {
        Node::Nothing => None,
        Node::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Node::List(items) => items.iter().find_map(label),
        Node::Object(fields) => fields
            .iter()
            .find(|(name, _)| name == "name")
            .and_then(|(_, value)| label(value))
            .or_else(|| fields.iter().find_map(|(_, value)| label(value))),
    }
}

/// What other programs write though JSON has no such thing: halves of surrogate pairs, control
/// characters inside strings, `NaN` and `Infinity`. Nothing, where there is nothing of that.
fn repair(record: &str) -> Option<String> {
    let bytes = record.as_bytes();
    let mut out = String::with_capacity(record.len());
    let mut kept = 0;
    let mut at = 0;
    let mut in_string = false;
    let mut replace = |kept: &mut usize, from: usize, to: usize, with: &str| {
        out.push_str(record.get(*kept..from).unwrap_or_default());
        out.push_str(with);
        *kept = to;
    };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => match (hex_escape(bytes, at), hex_escape(bytes, at + 6)) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 11,
                (Some(0xD800..=0xDFFF), _) => {
                    replace(&mut kept, at, at + 6, "\\ufffd");
                    at += 5;
                }
                _ => at += 1,
            },
            0..0x20 if in_string => replace(&mut kept, at, at + 1, &format!("\\u{byte:04x}")),
            b'N' | b'I' | b'-' if !in_string => {
                let rest = bytes.get(at..).unwrap_or_default();
                if let Some(word) = [&b"NaN"[..], b"Infinity", b"-Infinity"]
                    .into_iter()
                    .find(|word| rest.starts_with(word))
                {
                    replace(&mut kept, at, at + word.len(), "null");
                    at += word.len() - 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if kept == 0 {
        return None;
    }
    out.push_str(record.get(kept..).unwrap_or_default());
    Some(out)
}

fn hex_escape(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |value, digit| {
        Some(value * 16 + char::from(*digit).to_digit(16)?)
    })
}

/// A JSON value as other programs write it.
pub(crate) fn lenient_value(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text)
        .ok()
        .or_else(|| serde_json::from_str(&repair(text)?).ok())
}

/// Whether an object is an article, though perhaps an empty one, as against one that holds articles.
pub(crate) fn is_article(object: &str, names: &FieldNames) -> bool {
    match Parser::new(names).parse(object, "", 1) {
        Ok(_) => true,
        Err(refusal) => refusal.code == RejectCode::TextEmpty,
    }
}

/// Where the list of articles begins inside an object that is none itself: the first list of objects,
/// not deeper than two levels, whose first object has a text. `held` may be cut off anywhere.
pub(crate) fn list_of_records(held: &[u8], names: &FieldNames) -> Option<usize> {
    let mut depth = 0u32;
    let mut at = 0;
    while let Some(&byte) = held.get(at) {
        match byte {
            b'"' => {
                let mut scan = at + 1;
                loop {
                    let step = memchr::memchr2(b'"', b'\\', held.get(scan..)?)?;
                    scan += step;
                    if held.get(scan) == Some(&b'"') {
                        break;
                    }
                    scan += 2;
                }
                at = scan;
            }
            b'{' => depth += 1,
            b'[' => {
                depth += 1;
                let rest = held.get(at + 1..)?.trim_ascii_start();
                if depth <= 3 && rest.starts_with(b"{") {
                    let end = crate::split::ValueScan::default().feed(rest)?;
                    let first = String::from_utf8_lossy(rest.get(..end)?);
                    if is_article(&first, names) {
                        return Some(at);
                    }
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}
