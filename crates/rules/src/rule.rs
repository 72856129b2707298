//! `rules.toml`: what a rule says.

use crate::pattern::{Expr, parse_guard, parse_value};
use dateline_languages::RuleFile;
use serde::Deserialize;

/// What is wrong with a rule.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not TOML, or has unknown keys.
    #[error("{tag}/rules.toml: {message}")]
    File {
        /// Folder.
        tag: String,
        /// What is wrong.
        message: String,
    },
    /// All rules together.
    #[error(
        "{tag}: the patterns overlap in too many ways; make them shorter, or give them fewer alternatives"
    )]
    Size {
        /// Language.
        tag: String,
    },
    /// One rule.
    #[error("rule {id}: {message}")]
    Rule {
        /// Its id.
        id: String,
        /// What is wrong.
        message: String,
    },
}

/// How far a rule is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// May change.
    Preview,
    /// Its meaning stays.
    #[default]
    Stable,
    /// Will go.
    Deprecated,
}

/// What a relative expression counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// The day of publication; in narratives, the day told last.
    #[default]
    Document,
    /// The day told last in the text, else the day of publication.
    Narrative,
    /// Nothing: the expression is complete.
    None,
}

/// Which of the possible days an incomplete expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The last one, today included.
    Past,
    /// The next one.
    Future,
    /// As the tense of the verb beside it says; past where it says nothing.
    #[default]
    Tense,
    /// The nearest.
    Nearest,
}

/// A sentence that shows what a rule finds, run by the tests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The sentence.
    pub text: String,
    /// Language whose pack it is tried with; by default that of the rule's folder.
    #[serde(default)]
    pub lang: Option<String>,
    /// Day of publication.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// What is found.
    #[serde(default)]
    pub span: Option<String>,
    /// Its TIMEX3 value.
    #[serde(default)]
    pub value: Option<String>,
    /// Nothing is found by this rule.
    #[serde(default)]
    pub none: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct GuardText {
    before: Option<String>,
    after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: String,
    #[serde(default)]
    status: Status,
    #[serde(rename = "match")]
    pattern: OneOrMany,
    value: String,
    #[serde(default)]
    anchor: Anchor,
    #[serde(default)]
    direction: Direction,
    #[serde(default)]
    modifier: Option<String>,
    #[serde(default)]
    when: GuardText,
    #[serde(default)]
    unless: GuardText,
    #[serde(default)]
    priority: i32,
    #[serde(default)]
    examples: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    /// Named parts of patterns: `<name>` in a pattern stands for the text given here.
    #[serde(default)]
    define: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    rule: Vec<RuleText>,
}

/// Conditions on what stands beside a match: alternatives of slots and literals, or nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// A rule, read.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable id, printed with every fact; `<tag>.<kind>.<name>`.
    pub id: &'static str,
    /// Folder that it comes from.
    pub tag: &'static str,
    /// How far it is trusted.
    pub status: Status,
    /// Patterns, `<name>` parts filled in.
    pub patterns: Vec<String>,
    /// The value's constructor.
    pub value: Expr,
    /// The constructor as written.
    pub value_text: String,
    /// What it counts from.
    pub anchor: Anchor,
    /// Which of the possible days.
    pub direction: Direction,
    /// TIMEX3 modifier that the rule itself gives.
    pub modifier: Option<&'static str>,
    pub(crate) when: Guard,
    pub(crate) unless: Guard,
    /// Decides between matches of the same length.
    pub priority: i32,
    /// Its examples.
    pub examples: Vec<Example>,
}

impl Rule {
    /// Whether words beside a match decide whether it counts.
    pub fn is_guarded(&self) -> bool {
        [&self.when, &self.unless]
            .iter()
            .any(|g| g.before.is_some() || g.after.is_some())
    }

    /// The kind of fact: the id's second part.
    pub fn kind(&self) -> &'static str {
        self.id.split('.').nth(1).unwrap_or_default()
    }
}

/// Reads the rule files of a pack, parents first: a rule of the same id replaces the earlier one.
pub fn read_rules(files: &[RuleFile]) -> Result<Vec<Rule>, Error> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut define = std::collections::BTreeMap::new();
    for file in files {
        let text: FileText = toml::from_str(file.content).map_err(|e| Error::File {
            tag: file.tag.to_owned(),
            message: e.to_string(),
        })?;
        define.extend(text.define);
        for r in text.rule {
            let error = |message: String| Error::Rule {
                id: r.id.clone(),
                message,
            };
            let patterns = match &r.pattern {
                OneOrMany::One(p) => vec![p.clone()],
                OneOrMany::Many(p) => p.clone(),
            };
            let patterns = patterns
                .iter()
                .map(|p| fill(p, &define).map_err(&error))
                .collect::<Result<Vec<_>, _>>()?;
            let guard = |g: &GuardText| -> Result<Guard, Error> {
                let side = |s: &Option<String>| {
                    let Some(s) = s else { return Ok(None) };
                    let text = fill(s, &define)?;
                    parse_guard(&text)?;
                    Ok(Some(text))
                };
                Ok(Guard {
                    before: side(&g.before).map_err(&error)?,
                    after: side(&g.after).map_err(&error)?,
                })
            };
            let rule = Rule {
                id: Box::leak(r.id.clone().into_boxed_str()),
                tag: file.tag,
                status: r.status,
                patterns,
                value: parse_value(&r.value).map_err(&error)?,
                value_text: r.value.clone(),
                anchor: r.anchor,
                direction: r.direction,
                modifier: r.modifier.clone().map(|m| &*m.leak()),
                when: guard(&r.when)?,
                unless: guard(&r.unless)?,
                priority: r.priority,
                examples: r.examples.clone(),
            };
            match rules.iter_mut().find(|old| old.id == rule.id) {
                Some(old) => *old = rule,
                None => rules.push(rule),
            }
        }
    }
    Ok(rules)
}

fn fill(
    pattern: &str,
    define: &std::collections::BTreeMap<String, String>,
) -> Result<String, String> {
    let mut text = pattern.to_owned();
    for _ in 0..8 {
        let Some(open) = text.find('<') else {
            return Ok(text);
        };
        let close = text[open..]
            .find('>')
            .map(|c| open + c)
            .ok_or("`<` without `>`")?;
        let name = &text[open + 1..close];
        let part = define
            .get(name)
            .ok_or_else(|| format!("no definition of <{name}>"))?;
        text = format!("{}({part}){}", &text[..open], &text[close + 1..]);
    }
    if text.contains('<') {
        Err("definitions within definitions, too deep".into())
    } else {
        Ok(text)
    }
}
