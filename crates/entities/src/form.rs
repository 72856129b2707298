//! Forms of names: what a name is called in another case, by the endings of the language.

use crate::endings::Base;
use crate::scan::{Candidate, Entries, Meaning, Scan};
use crate::vocabulary::NOT_NAME;
use dateline_gazetteer::{Kind as Known, Path};
use dateline_model::Span;
use dateline_text::{Case, Gap, Kind, Token, word_key};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// Tokens of the longest name that is sought in other forms.
const LONGEST: usize = 8;
/// Letters before an ending from which two forms of the article speak for each other.
const STEM: u8 = 3;
/// What a base that stands in the article itself counts for, among forms that speak for a base.
const STANDS: u32 = 1 << 16;

/// What an article shows of the forms of its names.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pub(crate) bases: Vec<Base>,
    /// From the key of a word to its possible bases.
    bases_of: FxHashMap<u64, (u32, u32)>,
    /// Keys of names in the gazetteer, of which the article has other forms.
    keys: Vec<u64>,
    /// From the key of a word to that of its base, as far as that is known.
    base_of: FxHashMap<u64, u64>,
}

impl Forms {
    pub(crate) fn clear(&mut self) {
        self.bases.clear();
        self.bases_of.clear();
        self.keys.clear();
        self.base_of.clear();
    }
}

/// The longest name in another form that was found so far.
struct Longest<'g> {
    keys: [u64; LONGEST],
    length: usize,
    strong: bool,
    meanings: Vec<Meaning<'g>>,
    given: u8,
    surname: u8,
    evidence: u64,
    behind: bool,
}

/// Letters that may stand behind a base in one word, a title among them.
const BEHIND: usize = 24;

/// Where the base of this key ends in a word that begins with it.
fn cut(word: &str, key: u64) -> Option<usize> {
    let ends = word.char_indices().rev().take(BEHIND).map(|(at, _)| at);
    ends.into_iter().find(|at| word_key(&word[..*at]) == key)
}

impl<'g> Scan<'_, 'g, '_> {
    /// The possible bases of a token.
    pub(crate) fn bases(&mut self, token: &Token) -> std::ops::Range<usize> {
        let forms = &mut self.scratch.forms;
        let (first, end) = *forms.bases_of.entry(token.key).or_insert_with(|| {
            let first = forms.bases.len() as u32;
            if token.kind == Kind::Word {
                let word = token.of(self.text);
                self.vocabulary.endings.bases(word, &mut forms.bases);
            }
            (first, forms.bases.len() as u32)
        });
        first as usize..end as usize
    }

    /// Adds to what is known of token `i` the names of which it may begin another form.
    pub(crate) fn look_up_forms(&mut self, i: usize, known: &mut Entries) {
        let Some(token) = self.token(i) else { return };
        if token.kind != Kind::Word || token.case == Case::Lower {
            return;
        }
        if token.case == Case::None && self.word(i).has(NOT_NAME) {
            return;
        }
        let mut longest = Longest {
            keys: [0; LONGEST],
            length: 0,
            strong: false,
            meanings: Vec::new(),
            given: 0,
            surname: 0,
            evidence: 0,
            behind: false,
        };
        let path = self.gazetteer.path();
        self.walk_forms(path, i, &mut [0; LONGEST], (0, false, false), &mut longest);
        // «Edwards» is no genitive of «Edward» as long as the article does not show it.
        if known.given == 1 || known.surname == 1 {
            longest.evidence *= u64::from(self.vocabulary.endings.are_cases());
        }
        if known.given == 0 {
            known.given = longest.given;
        }
        if known.surname == 0 {
            known.surname = longest.surname;
        }
        known.evidence = longest.evidence;
        known.behind = longest.behind;
        let better = longest.length > usize::from(known.length)
            || longest.length == usize::from(known.length) && longest.strong && !known.strong;
        if better {
            known.length = longest.length as u8;
            known.strong = longest.strong;
            known.inflected = true;
            known.first = self.scratch.meanings.len() as u32;
            known.count = longest.meanings.len().min(255) as u8;
            known.place = longest
                .meanings
                .first()
                .is_some_and(|m| m.entry.kind().is_place());
            known.base_keys = self.scratch.forms.keys.len() as u32;
            self.scratch.meanings.append(&mut longest.meanings);
            let keys = &longest.keys[..longest.length];
            self.scratch.forms.keys.extend_from_slice(keys);
        }
    }

    fn walk_forms(
        &mut self,
        path: Path<'g>,
        i: usize,
        keys: &mut [u64; LONGEST],
        (length, changed, behind): (usize, bool, bool),
        longest: &mut Longest<'g>,
    ) {
        let Some(token) = self.token(i).filter(|_| length < LONGEST) else {
            return;
        };
        if length > 0 && token.gap == Gap::Paragraph {
            return;
        }
        let bases = self.bases(token);
        let plain = self.word(i).is_plain();
        for n in 0..=bases.len() {
            let key = match n.checked_sub(1) {
                None => token.key,
                Some(n) => {
                    let base = self.scratch.forms.bases[bases.start + n];
                    // A particle stands before the whole name, and a word of a table is no name behind one.
                    let within = base.front > 0 && (length > 0 || !plain);
                    if within || base.letters() < 2 {
                        continue;
                    }
                    base.key
                }
            };
            let changed = changed || n > 0;
            if length == 0 && !self.gazetteer.may_start(key) {
                continue;
            }
            let Some(path) = path.then(key) else { continue };
            keys[length] = key;
            let front =
                length == 0 && n > 0 && self.scratch.forms.bases[bases.start + n - 1].front > 0;
            let behind = behind || front;
            if changed {
                self.note(path, &keys[..=length], behind, longest);
            }
            self.walk_forms(path, i + 1, keys, (length + 1, changed, behind), longest);
        }
    }

    /// Notes the meanings of a name in another form, as far as they are names in the language.
    fn note(&self, path: Path<'g>, keys: &[u64], behind: bool, longest: &mut Longest<'g>) {
        let mut fresh = keys.len() > longest.length;
        for entry in path.postings() {
            if !entry.own() && !entry.in_language(self.language) {
                continue;
            }
            match entry.kind() {
                Known::Given => longest.given = longest.given.max(keys.len() as u8),
                Known::Surname => longest.surname = longest.surname.max(keys.len() as u8),
                Known::Demonym => continue,
                _ if entry.flags().never_alone() => continue,
                _ => {
                    if fresh {
                        fresh = false;
                        longest.length = keys.len();
                        longest.keys[..keys.len()].copy_from_slice(keys);
                        longest.meanings.clear();
                        longest.strong = false;
                    }
                    if longest.keys[..longest.length] == *keys {
                        let strong = !entry.flags().weak();
                        longest.strong |= strong;
                        longest.meanings.push(Meaning {
                            entry,
                            local: true,
                            strong,
                        });
                    }
                    continue;
                }
            }
            if longest.evidence == 0 && keys.len() == 1 {
                longest.evidence = keys[0];
                longest.behind = behind;
            }
        }
    }

    /// Decides of which words the words of names are forms: what the gazetteer knows, else a word
    /// that the article itself has as a name, else one of which it has two forms.
    pub(crate) fn find_bases(&mut self) {
        if self.vocabulary.endings.is_empty() {
            return;
        }
        let candidates = std::mem::take(&mut self.scratch.candidates);
        let mut words: Vec<Token> = Vec::new();
        // How often each word stands in a name.
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        for c in &candidates {
            for token in &self.tokens[c.core as usize..c.end as usize] {
                *seen.entry(token.key).or_default() += 1;
            }
        }
        let cases = self.vocabulary.endings.are_cases();
        let mut noted = FxHashSet::default();
        for c in &candidates {
            let entries = self.scratch.entries[c.entries as usize];
            for (n, i) in (c.core as usize..c.end as usize).enumerate() {
                let token = self.tokens[i];
                if token.kind != Kind::Word || token.case == Case::Lower {
                    continue;
                }
                // A genitive of names alone stands at the end of the name.
                if !cases && i + 1 != c.end as usize {
                    continue;
                }
                if noted.insert(token.key) {
                    words.push(token);
                }
                let key = if c.entries > 0 && entries.inflected {
                    let keys = &self.scratch.forms.keys;
                    keys.get(entries.base_keys as usize + n).copied()
                } else {
                    Some(self.entries(i).evidence).filter(|e| *e != 0)
                };
                // What the article says twice with the ending, and never without, is called so.
                let called = |k: &u64| cases || seen[&token.key] < 2 || seen.contains_key(k);
                if let Some(key) = key.filter(|k| *k != token.key && called(k)) {
                    let base_of = &mut self.scratch.forms.base_of;
                    base_of.entry(token.key).or_insert(key);
                }
            }
        }
        self.scratch.candidates = candidates;
        // How many words may be forms of a base.
        let mut support: FxHashMap<u64, u32> = FxHashMap::default();
        for token in &words {
            for n in self.bases(token) {
                let base = self.scratch.forms.bases[n];
                if base.letters() >= STEM {
                    *support.entry(base.key).or_default() += 1;
                }
            }
        }
        for token in &words {
            if self.scratch.forms.base_of.contains_key(&token.key) {
                continue;
            }
            let best = self
                .bases(token)
                .map(|n| self.scratch.forms.bases[n])
                .filter(|b| b.letters() >= STEM && b.key != token.key)
                .map(|b| {
                    let learned = || self.learned.is_some_and(|l| l.has_word(b.key));
                    let stands = if seen.contains_key(&b.key) || learned() {
                        STANDS
                    } else {
                        0
                    };
                    (b.key, stands + support.get(&b.key).copied().unwrap_or(0))
                })
                .reduce(|best, b| if b.1 > best.1 { b } else { best })
                .filter(|b| b.1 >= 2);
            if let Some((key, _)) = best {
                self.scratch.forms.base_of.insert(token.key, key);
            }
        }
        if self.scratch.forms.base_of.is_empty() {
            return;
        }
        for n in 0..self.scratch.candidates.len() {
            let c = &self.scratch.candidates[n];
            let hash = self.hash(c.core as usize, c.end as usize);
            self.scratch.candidates[n].hash = hash;
        }
    }

    /// Whether any word is known to stand in another form than its base.
    #[inline]
    pub(crate) fn has_forms(&self) -> bool {
        !self.scratch.forms.base_of.is_empty()
    }

    /// The key of a word's base.
    #[inline]
    pub(crate) fn base_key(&self, token: &Token) -> u64 {
        let base_of = &self.scratch.forms.base_of;
        if base_of.is_empty() {
            return token.key;
        }
        let key = base_of.get(&token.key).copied().unwrap_or(token.key);
        base_of.get(&key).copied().unwrap_or(key)
    }

    /// Decides of which word token `i` is a form.
    pub(crate) fn decide_base(&mut self, i: usize, base: u64) {
        let key = self.tokens[i].key;
        self.scratch.forms.base_of.insert(key, base);
    }

    /// The bytes of a name, without particles behind it.
    pub(crate) fn name_span(&self, c: &Candidate) -> Span {
        let mut span = self.span(c.first as usize, c.end as usize);
        if !self.vocabulary.endings.outside || self.scratch.forms.base_of.is_empty() {
            return span;
        }
        if let Some(last) = self.token(c.end as usize - 1)
            && let Some(key) = self.scratch.forms.base_of.get(&last.key)
        {
            let word = last.of(self.text);
            span.end -= cut(word, *key).map_or(0, |at| (word.len() - at) as u32);
        }
        span
    }

    /// Whether all words of a name stand in their base form.
    pub(crate) fn is_base(&self, c: &Candidate) -> bool {
        let tokens = self.tokens.get(c.core as usize..c.end as usize);
        self.scratch.forms.base_of.is_empty()
            || tokens.is_some_and(|t| t.iter().all(|t| self.base_key(t) == t.key))
    }

    /// The base form of a name, as it would be written.
    pub(crate) fn base_form(&self, c: &Candidate) -> Cow<'_, str> {
        let span = self.span(c.core as usize, c.end as usize);
        if self.is_base(c) {
            return Cow::Borrowed(span.of(self.text));
        }
        let mut form = String::new();
        let mut at = span.start;
        let tokens = self.tokens.get(c.core as usize..c.end as usize);
        for token in tokens.unwrap_or_default() {
            let between = self.text.get(at as usize..token.start as usize);
            form.push_str(between.unwrap_or_default());
            at = token.end;
            let (key, word) = (self.base_key(token), token.of(self.text));
            let forms = &self.scratch.forms;
            let (first, end) = forms.bases_of.get(&token.key).copied().unwrap_or((0, 0));
            let mut bases = forms.bases[first as usize..end as usize].iter();
            match bases.find(|b| b.key == key) {
                Some(base) => form.push_str(&self.vocabulary.endings.written(word, *base)),
                None => form.push_str(cut(word, key).map_or(word, |at| &word[..at])),
            }
        }
        form.into()
    }
}
