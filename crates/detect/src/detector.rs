//! The decision.

use crate::names::Names;
use crate::spelling::Spelling;
use crate::trigrams::Trigrams;
use crate::words::Words;
use dateline_languages::Folder;
use dateline_text::{Kind, Script, Token};
use std::ops::Range;
use std::sync::OnceLock;

/// Languages that can be told apart; folders beyond are not detected.
pub(crate) const MOST: usize = 512;

/// How much each language has for it, by its number.
pub(crate) type Scores = [f32; MOST];

/// Bytes that are read first; three times as many while nothing is decided, up to [`FAR`].
const WINDOW: u32 = 1_000;
const FAR: u32 = 9_000;

/// The least lead that settles the matter, in words of one language only; and the same as a share of
/// the leader's own score, since long texts gather strays.
const LEAD: Lead = Lead {
    least: 2.0,
    share: 0.12,
};

/// Two places of a long text at which one look is enough where it shows much more than that: the
/// text may change its language behind its title or a quotation.
const GLANCES: [Range<u32>; 2] = [0..160, 600..760];
const LEAD_AT_A_GLANCE: Lead = Lead {
    least: 6.0,
    share: 0.3,
};

struct Lead {
    least: f32,
    share: f32,
}

/// What a word weighs when it comes again: «a», «e», «de» of some foreign text are no proof.
/// (A word that another has displaced from its place in the table of words seen counts in full.)
const AGAIN: f32 = 0.3;

/// Below it there is no evidence worth the name.
const LEAST: f32 = 0.45;

/// Without a single function word of the language, spelling and trigrams must lead by more.
const WORDLESS: f32 = 0.4;

/// A text of at least `LONG` words needs this much of its language in each word. Tests with a
/// language left out: its texts reach 0.06 to 0.25 in whatever is nearest, while each language
/// reaches 0.12 or more in itself.
const LONG: usize = 30;
const DENSITY: f32 = 0.1;
/// And so many times that where words alone did not settle it.
const DOUBT: f32 = 1.8;
/// Scripts of fewer languages need no such proof.
const CROWD: usize = 5;

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The caller's own statement, possible for the script.
    Hint,
    /// Only one language is written in these letters.
    Script,
    /// Function words.
    Words,
    /// Function words and spelling.
    Spelling,
    /// Trigrams overruled the rest.
    Trigrams,
    /// Nothing: the language is `und`.
    None,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The tag of a language folder, or `und`.
    pub language: &'static str,
    /// 0 (`und`) to 1; about the share of such answers that is right.
    pub confidence: f32,
    /// What decided.
    pub method: Method,
}

impl Guess {
    /// The answer where there is none.
    pub const UNDETERMINED: Self = Self {
        language: "und",
        confidence: 0.0,
        method: Method::None,
    };
}

/// Tells languages apart; made once, used by all threads.
pub struct Detector {
    folders: Vec<Folder>,
    tags: Vec<&'static str>,
    words: Words,
    // Most runs of a few articles need none of these.
    names: OnceLock<Names>,
    spelling: OnceLock<Spelling>,
    trigrams: OnceLock<Trigrams>,
}

impl Detector {
    /// From all language folders; those without function words are known as hints only.
    pub fn new(folders: &[Folder]) -> Self {
        let known = numbered(folders);
        Self {
            folders: folders.to_vec(),
            tags: known.iter().map(|f| f.1.tag).collect(),
            words: Words::new(&known),
            names: OnceLock::new(),
            spelling: OnceLock::new(),
            trigrams: OnceLock::new(),
        }
    }

    /// The tag of a language folder for what metadata call a language: `eng`, `en-US`, `EN_us`,
    /// `iw`, `no`, `English`. A region counts where it has a folder of its own.
    pub fn resolve(&self, name: &str) -> Option<&'static str> {
        self.names
            .get_or_init(|| Names::new(&self.folders))
            .resolve(name)
    }

    /// The language of `text`, cut into `tokens`, when its own record or the user says `hint`:
    /// that wins when it is possible for the script seen.
    pub fn detect_with_hint(&self, text: &str, tokens: &[Token], hint: Option<&str>) -> Guess {
        if let Some(language) = hint.and_then(|h| self.resolve(h))
            && let Some(language) = self.in_script(language, tokens)
        {
            return Guess {
                language,
                confidence: 1.0,
                method: Method::Hint,
            };
        }
        self.detect(text, tokens)
    }

    /// `language`, or that variant of it (`sr`, `sr-Latn`), which is written in the script of most
    /// of the tokens' letters; none if it has no such. Itself where nothing speaks against it: no
    /// letters, or a language of which no words are known.
    fn in_script(&self, language: &'static str, tokens: &[Token]) -> Option<&'static str> {
        let number = |tag: &str| self.tags.iter().position(|t| *t == tag);
        let Some(number) = number(language).or_else(|| number(base(language))) else {
            return Some(language);
        };
        let mut letters = [0; Words::SCRIPTS];
        for t in tokens.iter().take_while(|t| t.start < WINDOW) {
            letters[t.script as usize] += letters_of(t);
        }
        let Some(script) = main_script(&letters) else {
            return Some(language);
        };
        let written = self.words.written_in(script);
        // A headline in a language that has kana may be written without.
        let has_kana = || {
            let kana = self.words.written_in(Script::Kana as usize);
            script == Script::Han as usize && kana.contains(&(number as u16))
        };
        if written.contains(&(number as u16)) || has_kana() {
            return Some(language);
        }
        let mut tags = written
            .iter()
            .filter_map(|&n| self.tags.get(n as usize).copied());
        tags.find(|t| base(t) == base(language))
    }

    /// The language of `text`, cut into `tokens` by `dateline_text::tokenize`.
    pub fn detect(&self, text: &str, tokens: &[Token]) -> Guess {
        let until = |at| tokens.partition_point(|t| t.start < at);
        let mut evidence = Evidence::new();
        if tokens.last().is_some_and(|t| t.start >= WINDOW) {
            for glance in GLANCES {
                evidence.read(&self.words, &tokens[until(glance.start)..until(glance.end)]);
            }
            if let Ok(guess) = self.settle(&evidence, LEAD_AT_A_GLANCE) {
                return guess;
            }
            evidence = Evidence::new();
        }
        let (mut from, mut limit) = (0, WINDOW);
        let mut candidates: &[u16] = &[];
        while from < tokens.len() && limit <= FAR {
            let to = until(limit);
            evidence.read(&self.words, &tokens[from..to]);
            from = to;
            limit *= 3;
            match self.settle(&evidence, LEAD) {
                Ok(guess) => return guess,
                Err(left) => candidates = left,
            }
        }
        if candidates.is_empty() {
            return Guess::UNDETERMINED;
        }
        self.hesitate(text, tokens, candidates, evidence)
    }

    /// The answer, if the evidence is enough for it; else the languages of the script.
    fn settle(&self, evidence: &Evidence, enough: Lead) -> Result<Guess, &[u16]> {
        let Some(script) = main_script(&evidence.letters) else {
            return Err(&[]);
        };
        let candidates = self.words.written_in(script);
        let (first, lead) = leader(candidates, &evidence.scores);
        if self.one_language(candidates) {
            return Ok(self.answer(first, LEAD.least, Method::Script));
        }
        let score = evidence.scores[first as usize];
        if lead > enough.least.max(score * enough.share) && dense(score, evidence.words, candidates)
        {
            return Ok(self.answer(first, lead, Method::Words));
        }
        Err(candidates)
    }

    /// Asks spelling and trigrams of the first window too.
    #[cold]
    fn hesitate(
        &self,
        text: &str,
        tokens: &[Token],
        candidates: &[u16],
        evidence: Evidence,
    ) -> Guess {
        let (words, by_words) = (evidence.words, evidence.scores);
        let mut scores = by_words;
        let scores = &mut scores;
        let spelling = self
            .spelling
            .get_or_init(|| Spelling::new(&numbered(&self.folders)));
        for t in tokens.iter().take_while(|t| t.start < WINDOW) {
            if t.kind == Kind::Word {
                spelling.read(t.of(text), scores);
            }
        }
        let (before, lead) = leader(candidates, scores);
        if lead < LEAD.least {
            let blank = (scores[before as usize] < LEAST && words < LONG).then_some(LEAST);
            let text = text
                .get(..text.floor_char_boundary(WINDOW as usize))
                .unwrap_or(text);
            let trigrams = self.trigrams.get_or_init(|| Trigrams::new(&self.tags));
            trigrams.rule_out(text, candidates, scores, blank);
        }
        let (first, lead) = leader(candidates, scores);
        let score = scores[first as usize];
        let by_words = by_words[first as usize];
        if score < LEAST
            || (by_words == 0.0 && lead < WORDLESS)
            || !dense(by_words / DOUBT, words, candidates)
        {
            return Guess::UNDETERMINED;
        }
        let method = if first == before {
            Method::Spelling
        } else {
            Method::Trigrams
        };
        self.answer(first, lead, method)
    }

    /// Whether all candidates are one language, as zh and zh-Hant are.
    fn one_language(&self, candidates: &[u16]) -> bool {
        let of = |n: &u16| self.tags.get(*n as usize).map_or("", |t| base(t));
        match candidates {
            [] => false,
            [first, others @ ..] => {
                others.len() < CROWD && others.iter().all(|n| of(n) == of(first))
            }
        }
    }

    fn answer(&self, language: u16, lead: f32, method: Method) -> Guess {
        match self.tags.get(language as usize) {
            Some(tag) => Guess {
                language: tag,
                confidence: confidence(lead),
                method,
            },
            None => Guess::UNDETERMINED,
        }
    }
}

/// What the words of a text say so far.
struct Evidence {
    scores: Scores,
    /// Bytes of letters of each script.
    letters: [usize; Words::SCRIPTS],
    words: usize,
    /// Words that were read, each in the place that its key gives it.
    seen: [u64; 256],
}

impl Evidence {
    fn new() -> Self {
        Self {
            scores: [0.0; MOST],
            letters: [0; Words::SCRIPTS],
            words: 0,
            seen: [0; 256],
        }
    }

    fn read(&mut self, words: &Words, tokens: &[Token]) {
        for t in tokens {
            if !matches!(t.kind, Kind::Word | Kind::Character) {
                continue;
            }
            self.words += 1;
            self.letters[t.script as usize] += t.len();
            let postings = words.of(t.key);
            if postings.is_empty() {
                continue;
            }
            let last = &mut self.seen[(t.key >> 56) as usize];
            let times = if *last == t.key { AGAIN } else { 1.0 };
            *last = t.key;
            for p in postings {
                self.scores[p.language as usize] += p.weight * times;
            }
        }
    }
}

/// The folders that have function words, numbered.
fn numbered(folders: &[Folder]) -> Vec<(u16, Folder)> {
    let known = folders
        .iter()
        .copied()
        .filter(|f| f.file("function_words.txt").is_some());
    (0..MOST as u16).zip(known).collect()
}

/// The language of a tag: `zh` of `zh-Hant`.
fn base(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// A lead as a share of right answers: the curve follows that of sentences in 75 languages.
fn confidence(lead: f32) -> f32 {
    1.0 - 0.6 * (-2.0 * lead).exp()
}

/// Whether enough of a long text belongs to the language; always true of short ones.
fn dense(score: f32, words: usize, candidates: &[u16]) -> bool {
    words < LONG || candidates.len() < CROWD || score >= DENSITY * words as f32
}

/// Bytes stand for letters: scripts of two or three bytes a letter are also those that say more
/// by a letter, and a few Latin names must not outweigh them.
fn letters_of(token: &Token) -> usize {
    if matches!(token.kind, Kind::Word | Kind::Character) {
        token.len()
    } else {
        0
    }
}

/// The script of most letters. Some kana among Han is Japanese.
fn main_script(letters: &[usize; Words::SCRIPTS]) -> Option<usize> {
    let of = |s: Script| letters[s as usize];
    if of(Script::Han) > 0 && of(Script::Kana) * 8 > of(Script::Han) {
        let both = of(Script::Han) + of(Script::Kana);
        if letters.iter().all(|&n| n <= both) {
            return Some(Script::Kana as usize);
        }
    }
    letters
        .iter()
        .enumerate()
        .skip(1)
        .filter(|n| *n.1 > 0)
        .max_by_key(|n| n.1)
        .map(|n| n.0)
}

/// The candidate with the most for it, and its lead over the next.
fn leader(candidates: &[u16], scores: &Scores) -> (u16, f32) {
    let (mut first, mut best, mut next) = (0, f32::NEG_INFINITY, f32::NEG_INFINITY);
    for &c in candidates {
        let score = scores[c as usize];
        if score > best {
            (first, next, best) = (c, best, score);
        } else if score > next {
            next = score;
        }
    }
    (first, best - next)
}
