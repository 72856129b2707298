//! What a whole corpus shows of names: gathered from its articles, and used in them as weak evidence.

use crate::identity::single_spaced;
use crate::rules::{PERSON, Rule, Votes};
use crate::scan::{Scan, hash_then};
use crate::vocabulary::NAME_LINK;
use dateline_model::NameType;
use dateline_text::{Kind, Token, tokenize};
use rustc_hash::{FxHashMap, FxHashSet};

/// What one article shows of a form that may be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The form in its base, its words separated by spaces.
    pub form: String,
    /// How it is written where it stands, but for the base itself.
    pub forms: Vec<String>,
    /// Whether it stands within a sentence, so that its capital says something.
    pub inner: bool,
    /// Weight of the strongest evidence in its surroundings for person, organization, place and other: tenths, ten at most.
    pub evidence: [u8; 4],
}

/// A vote of this weight is as much as one article can show.
const PLAIN: f32 = 2.0;

/// Tenths of [`PLAIN`] that the strongest rule for a type weighs; lists and shapes count nothing, since every article
/// has these itself.
fn weight(rule: Option<Rule>, t: usize) -> u8 {
    match rule {
        Some(Rule::AcronymOf) => 10,
        Some(rule) if rule.is_context() => (rule.votes()[t] / PLAIN * 10.0).clamp(0.0, 10.0) as u8,
        _ => 0,
    }
}

impl Scan<'_, '_, '_> {
    /// Tells what the article shows of the names that no list knows for certain; after they have been decided and told.
    pub(crate) fn show(&self, out: &mut Vec<Shown>) {
        let names = &self.scratch.clusters.names;
        // Position in `out` of each name.
        let mut place: Vec<Option<usize>> = vec![None; names.len()];
        for c in &self.scratch.candidates {
            let Some(name) = names.get(c.name as usize) else {
                continue;
            };
            if name.entries > 0 && self.scratch.entries[name.entries as usize].strong {
                continue;
            }
            let written = self.written(c.core as usize, c.end as usize);
            let at = *place[c.name as usize].get_or_insert_with(|| {
                let base = self.base_form(c);
                out.push(Shown {
                    form: single_spaced(&base),
                    forms: Vec::new(),
                    inner: false,
                    evidence: std::array::from_fn(|t| weight(name.best[t], t)),
                });
                out.len() - 1
            });
            let shown = &mut out[at];
            shown.inner |= !c.opens;
            if shown.form != written && !shown.forms.contains(&written) {
                shown.forms.push(written);
            }
        }
        let mut told: FxHashSet<String> = out.iter().map(|s| s.form.clone()).collect();
        // The surname of a full name, where the article has it nowhere else.
        let person = |c: &&crate::scan::Candidate| {
            names.get(c.name as usize).is_some_and(|n| {
                n.reported && n.name_type == PERSON && weight(n.best[PERSON], PERSON) >= 5
            })
        };
        for c in self.scratch.candidates.iter().filter(person) {
            let (p, end) = (c.core as usize, c.end as usize);
            let last = &self.tokens[end - 1];
            let whole = c.words > 1
                && last.kind == Kind::Word
                && last.capitalised()
                && last.gap == dateline_text::Gap::Space
                && p + 1 < end
                && !self.word(end - 2).has(NAME_LINK);
            let hash = self.hash(end - 1, end);
            if !whole || self.scratch.clusters.has(hash) {
                continue;
            }
            let base = self.base_form(c);
            let Some(form) = base.split_whitespace().next_back() else {
                continue;
            };
            if told.insert(form.to_owned()) {
                out.push(Shown {
                    form: form.to_owned(),
                    forms: Vec::new(),
                    inner: false,
                    evidence: std::array::from_fn(|t| if t == PERSON { 10 } else { 0 }),
                });
            }
        }
    }

    fn written(&self, p: usize, end: usize) -> String {
        let span = self.span(p, end);
        single_spaced(span.of(self.text))
    }
}

/// What was learned of names of a language.
#[derive(Debug, Default)]
pub struct Learned {
    votes: FxHashMap<u64, Votes>,
    /// Words that stand mostly small.
    small: FxHashSet<u64>,
    /// Words of names.
    words: FxHashSet<u64>,
}

/// A vote at full confidence: as much as a title beside the name.
const FULL: f32 = 3.0;
/// From this confidence on a word of one article may be another form of a name of others: below, forms of common
/// words were taken for forms of names (in Croatian and Polish that cost a point of F1).
const BASE: f32 = 0.5;

impl Learned {
    /// Adds a name with its forms; without a type it is a word that is no name.
    pub fn add<'f>(
        &mut self,
        name_type: Option<NameType>,
        confidence: f32,
        forms: impl IntoIterator<Item = &'f str>,
    ) {
        let mut tokens = Vec::new();
        for form in forms {
            tokens.clear();
            tokenize(form, &mut tokens);
            let Some(hash) = hash(&tokens) else { continue };
            match name_type {
                Some(t) => {
                    let votes = self.votes.entry(hash).or_default();
                    let vote = &mut votes[crate::rules::index(t)];
                    *vote = vote.max(FULL * confidence.clamp(0.0, 1.0));
                    if tokens.len() == 1 && confidence >= BASE {
                        self.words.insert(tokens[0].key);
                    }
                }
                None => {
                    self.small.insert(hash);
                }
            }
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.votes.is_empty() && self.small.is_empty()
    }

    pub(crate) fn votes(&self, hash: u64) -> Option<&Votes> {
        self.votes.get(&hash)
    }

    /// Whether a headline in capitals may be read by it.
    pub(crate) fn knows(&self, hash: u64) -> bool {
        self.votes(hash)
            .is_some_and(|v| v.iter().any(|v| *v >= FULL / 2.0))
    }

    pub(crate) fn is_small(&self, hash: u64) -> bool {
        self.small.contains(&hash)
    }

    pub(crate) fn has_word(&self, key: u64) -> bool {
        self.words.contains(&key)
    }
}

/// The hash of a form as names in articles have it; `None` without a word.
fn hash(tokens: &[Token]) -> Option<u64> {
    let mut words = tokens.iter().filter(|t| t.kind != Kind::Symbol);
    let first = word_hash(words.next()?.key);
    Some(words.fold(first, |hash, t| hash_then(hash, t.key)))
}

/// By which a form is counted: spellings that count as one name have one hash. `None` where it holds no word.
pub fn form_hash(form: &str) -> Option<u64> {
    let mut tokens = Vec::new();
    tokenize(form, &mut tokens);
    hash(&tokens)
}

/// The same of a word with this key.
pub fn word_hash(key: u64) -> u64 {
    hash_then(0, key)
}
