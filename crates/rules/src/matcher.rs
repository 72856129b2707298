//! The matcher: one trie over slots for all rules of a kind, walked from triggers.

use crate::numbers::{self, NumberSlots, NumberStyle};
use crate::pattern::{Step, sequences};
use crate::rule::{Error, Rule, read_rules};
use dateline_languages::{Lexicon, Pack, SlotId, Value};
use dateline_text::{Gap, Kind, Token};
use rustc_hash::{FxHashMap, FxHashSet};

/// The value of a slot in a match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SlotValue {
    /// No value.
    None,
    /// A whole number.
    Int(i64),
    /// A number with decimals.
    Decimal(f64),
    /// A word of the tables.
    Symbol(&'static str),
}

impl From<Value> for SlotValue {
    fn from(value: Value) -> Self {
        match value {
            Value::None => Self::None,
            Value::Int(i) => Self::Int(i),
            Value::Symbol(s) => Self::Symbol(s),
        }
    }
}

/// A rule that matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Index in [`RuleSet::rules`].
    pub rule: u32,
    /// First token of the reported span.
    pub start: u32,
    /// One past its last token.
    pub end: u32,
    /// A second span of the same match: «3–5 March» is «3» and «5 March».
    pub second: Option<(u32, u32)>,
    /// Slots by name, in order of the pattern.
    pub slots: Vec<(&'static str, SlotValue)>,
}

impl Match {
    /// Value of a named slot, `None` where the optional slot did not take part.
    pub fn slot(&self, name: &str) -> Option<SlotValue> {
        self.slots.iter().find(|s| s.0 == name).map(|s| s.1)
    }
}

#[derive(Debug, Default)]
struct TrieNode {
    children: Vec<(SlotId, bool, u32)>,
    accepts: Vec<Accept>,
}

#[derive(Debug)]
struct Accept {
    rule: u32,
    /// Names of the steps, empty for those without.
    names: Box<[&'static str]>,
    /// Steps that the reported span begins and ends with.
    span: (u8, u8),
    /// Those of a second span.
    second: Option<(u8, u8)>,
}

/// Alternatives beside a match.
#[derive(Debug, Default)]
struct Side {
    slots: Vec<SlotId>,
}

#[derive(Debug, Default)]
struct Guards {
    when_before: Option<Side>,
    when_after: Option<Side>,
    unless_before: Option<Side>,
    unless_after: Option<Side>,
}

/// What a token's entry can do in a search.
const TRIGGER: u8 = 1;
/// It can stand inside a match.
const USEFUL: u8 = 2;
/// It can begin one.
const BEGIN: u8 = 4;
/// It can be a number, or the beginning of one.
const NUMBER: u8 = 8;

/// The rules of one language, compiled with its tables.
#[derive(Debug)]
pub struct RuleSet {
    /// The rules, parents' first.
    pub rules: Vec<Rule>,
    /// The compiled tables, shared by whoever asks for words.
    pub lexicon: Lexicon,
    guards: Vec<Guards>,
    nodes: Vec<TrieNode>,
    /// Children of the root by slot, since every search begins there.
    root: FxHashMap<SlotId, Vec<(bool, u32)>>,
    slots: NumberSlots,
    /// Place of each rule in the order of ids.
    order: Vec<u32>,
    /// [`TRIGGER`], [`USEFUL`], [`BEGIN`] for each entry of the lexicon.
    classes: Vec<u8>,
    /// Whether digits can begin a match.
    digits_begin: bool,
    /// For each slot of the lexicon whether a rule or a guard names it.
    wanted: Vec<bool>,
    /// Slots that a match cannot do without, one for each linear pattern.
    triggers: FxHashSet<SlotId>,
    useful: FxHashSet<SlotId>,
}

/// How many tokens before a trigger a match may begin.
const REACH: usize = 10;

/// Most tokens that a pattern may have.
const DEEPEST: usize = 24;

impl RuleSet {
    /// Compiles a pack.
    pub fn new(pack: &Pack) -> Result<Self, Error> {
        let rules = read_rules(&pack.rules)?;
        let mut steps: Vec<(u32, Vec<Step>)> = Vec::new();
        let mut literals: Vec<String> = Vec::new();
        for (i, rule) in rules.iter().enumerate() {
            for pattern in &rule.patterns {
                let all = sequences(pattern).map_err(|message| Error::Rule {
                    id: rule.id.into(),
                    message,
                })?;
                for sequence in all {
                    for step in &sequence {
                        if let Step::Literal(word) = step
                            && !literals.contains(word)
                        {
                            literals.push(word.clone());
                        }
                    }
                    steps.push((i as u32, sequence));
                }
            }
        }
        let sides: Vec<[Option<Vec<Vec<Step>>>; 4]> = rules
            .iter()
            .map(|rule| {
                let side = |text: &Option<String>| {
                    text.as_ref()
                        .map(|t| sequences(t))
                        .transpose()
                        .map_err(|message| Error::Rule {
                            id: rule.id.into(),
                            message,
                        })
                };
                Ok([
                    side(&rule.when.before)?,
                    side(&rule.when.after)?,
                    side(&rule.unless.before)?,
                    side(&rule.unless.after)?,
                ])
            })
            .collect::<Result<_, Error>>()?;
        for side in sides.iter().flatten().flatten() {
            for step in side.iter().flatten() {
                if let Step::Literal(word) = step
                    && !literals.contains(word)
                {
                    literals.push(word.clone());
                }
            }
        }
        let lexicon = Lexicon::new(pack, &literals);
        let slots = NumberSlots {
            number: lexicon.slot("number"),
            ordinal: lexicon.slot("ordinal"),
            ordinal_suffix: lexicon.slot("ordinal_suffix"),
            and: lexicon.slot("number_and"),
            article: lexicon.slot("number_article"),
            half: lexicon.slot("number_half"),
            roman: false,
            style: NumberStyle::new(&pack.language.decimal, &pack.language.group),
        };
        let mut by_id: Vec<u32> = (0..rules.len() as u32).collect();
        by_id.sort_by_key(|&i| rules[i as usize].id);
        let mut order = vec![0; rules.len()];
        for (place, &rule) in by_id.iter().enumerate() {
            order[rule as usize] = place as u32;
        }
        let mut this = Self {
            guards: Vec::new(),
            nodes: vec![TrieNode::default()],
            root: FxHashMap::default(),
            order,
            classes: Vec::new(),
            digits_begin: false,
            wanted: Vec::new(),
            triggers: FxHashSet::default(),
            useful: FxHashSet::default(),
            rules,
            lexicon,
            slots,
        };
        let rarity = Rarity::new(pack);
        for (rule, sequence) in steps {
            this.insert(rule, &sequence, &rarity);
        }
        for node in &mut this.nodes {
            node.children.sort_unstable();
        }
        for &(slot, touch, child) in &this.nodes[0].children {
            this.root.entry(slot).or_default().push((touch, child));
        }
        this.classify(&rarity);
        for side in sides {
            let [a, b, c, d] = side.map(|s| s.map(|s| this.side(&s)));
            this.guards.push(Guards {
                when_before: a,
                when_after: b,
                unless_before: c,
                unless_after: d,
            });
        }
        let named: FxHashSet<SlotId> = this
            .guards
            .iter()
            .flat_map(|g| {
                [
                    &g.when_before,
                    &g.when_after,
                    &g.unless_before,
                    &g.unless_after,
                ]
            })
            .flatten()
            .flat_map(|side| side.slots.iter().copied())
            .chain(this.useful.iter().copied())
            .collect();
        this.wanted = (0..this.lexicon.slots() as u16)
            .map(|s| named.contains(&SlotId(s)))
            .collect();
        Ok(this)
    }

    fn resolve(&self, step: &Step) -> Option<SlotId> {
        match step {
            Step::Slot { slot, .. } => numbers::built_in(slot).or_else(|| self.lexicon.slot(slot)),
            Step::Literal(word) => self
                .lexicon
                .slot(&format!("={}", dateline_text::fold(word))),
            _ => None,
        }
    }

    fn side(&self, sequences: &[Vec<Step>]) -> Side {
        Side {
            slots: sequences
                .iter()
                .flatten()
                .filter_map(|s| self.resolve(s))
                .collect(),
        }
    }

    /// Adds one linear pattern; one with a slot that no table of the language fills is left out.
    fn insert(&mut self, rule: u32, sequence: &[Step], rarity: &Rarity) {
        let real = |s: &&Step| matches!(s, Step::Slot { .. } | Step::Literal(_));
        if sequence
            .iter()
            .filter(real)
            .any(|s| self.resolve(s).is_none())
        {
            return;
        }
        let mut node = 0u32;
        let mut names: Vec<&'static str> = Vec::new();
        let mut touch = false;
        let mut starts: Vec<u8> = Vec::new();
        let mut ends: Vec<u8> = Vec::new();
        let mut trigger: Option<(u32, SlotId)> = None;
        for step in sequence {
            match step {
                Step::Touch => touch = true,
                Step::SpanStart => starts.push(names.len() as u8),
                Step::SpanEnd => ends.push(names.len() as u8),
                Step::Slot { .. } | Step::Literal(_) => {
                    let Some(slot) = self.resolve(step) else {
                        return;
                    };
                    let (name, rank) = match step {
                        Step::Slot { name, slot } => (&*name.clone().leak(), rarity.slot(slot)),
                        Step::Literal(word) => ("", rarity.literal(word)),
                        _ => ("", Rarity::COMMON),
                    };
                    names.push(name);
                    if trigger.is_none_or(|t| rank < t.0) {
                        trigger = Some((rank, slot));
                    }
                    self.useful.insert(slot);
                    self.slots.roman |= slot == numbers::ROMAN;
                    node = self.child(node, slot, touch);
                    touch = false;
                }
            }
        }
        if let Some((_, slot)) = trigger {
            self.triggers.insert(slot);
        }
        let count = names.len() as u8;
        let mut spans = starts.into_iter().zip(ends);
        let span = spans.next().unwrap_or((0, count));
        let accept = Accept {
            rule,
            names: names.into(),
            span,
            second: spans.next(),
        };
        self.nodes[node as usize].accepts.push(accept);
    }

    /// Tells for each entry of the lexicon what it can do.
    fn classify(&mut self, rarity: &Rarity) {
        let begins: FxHashSet<SlotId> = self.nodes[0].children.iter().map(|c| c.0).collect();
        // Words that make numbers do what the built-in slots of numbers do.
        let stands_for = |set: &FxHashSet<SlotId>, slot: SlotId| {
            set.contains(&slot)
                || (Some(slot) == self.slots.number
                    && (set.contains(&numbers::NUMBER) || set.contains(&numbers::ORDINAL)))
                || (Some(slot) == self.slots.ordinal && set.contains(&numbers::ORDINAL))
        };
        let of_numbers = [
            self.slots.and,
            self.slots.ordinal_suffix,
            self.slots.ordinal,
        ];
        let signs = (b'!'..=b'~')
            .filter(u8::is_ascii_punctuation)
            .map(|b| char::from(b).to_string());
        let keys: FxHashSet<u64> = rarity
            .common_words
            .iter()
            .cloned()
            .chain(signs)
            .map(|w| dateline_text::word_key(&w))
            .collect();
        self.classes = self.lexicon.classes(
            |slot| if stands_for(&begins, slot) { BEGIN } else { 0 },
            |slot| {
                let number = [self.slots.number, self.slots.ordinal].contains(&Some(slot));
                let useful = stands_for(&self.useful, slot) || of_numbers.contains(&Some(slot));
                if number {
                    NUMBER | USEFUL
                } else if useful {
                    USEFUL
                } else {
                    0
                }
            },
            |slot| {
                let counts = Some(slot) == self.slots.number
                    && self.triggers.contains(&numbers::NUMBER)
                    || Some(slot) == self.slots.ordinal
                        && self.triggers.contains(&numbers::ORDINAL);
                if counts || self.triggers.contains(&slot) {
                    TRIGGER
                } else {
                    0
                }
            },
            |key| keys.contains(&key),
        );
        self.digits_begin = begins.iter().any(|s| numbers::is_built_in(*s));
    }

    fn child(&mut self, node: u32, slot: SlotId, touch: bool) -> u32 {
        let children = &self.nodes[node as usize].children;
        if let Some(c) = children.iter().find(|c| c.0 == slot && c.1 == touch) {
            return c.2;
        }
        let new = self.nodes.len() as u32;
        self.nodes.push(TrieNode::default());
        self.nodes[node as usize].children.push((slot, touch, new));
        new
    }

    /// Finds the matches in marked `tokens` of `text`: from the left, the longest at each place,
    /// then the higher priority, then the smaller id. They do not overlap and are in order.
    pub fn matches(&self, text: &str, tokens: &[Token], out: &mut Vec<Match>) {
        let mut search = Search {
            rules: self,
            text,
            tokens,
            path: Vec::new(),
            best: None,
            cache: Cache::default(),
        };
        // Tokens before this one are matched, or tried in vain.
        let mut free = 0usize;
        for trigger in 0..tokens.len() {
            let token = &tokens[trigger];
            if token.kind != Kind::Number && self.classes[token.entry as usize] & TRIGGER == 0
                || trigger < free
            {
                continue;
            }
            let mut start = trigger;
            while start > free && trigger - start < REACH && self.reaches_back(text, tokens, start)
            {
                start -= 1;
            }
            free = trigger + 1;
            while start <= trigger {
                if self.may_begin(text, tokens, start)
                    && let Some((m, end)) = search.longest(start)
                    && end > trigger
                {
                    out.push(m);
                    free = end;
                    break;
                }
                start += 1;
            }
        }
    }

    fn may_begin(&self, text: &str, tokens: &[Token], start: usize) -> bool {
        let token = &tokens[start];
        let class = |t: &Token| self.classes[t.entry as usize];
        match token.kind {
            // Most numbers are no dates: of those that stand alone only years can be.
            Kind::Number => {
                let goes_on = |t: &Token| {
                    t.kind == Kind::Number || class(t) & USEFUL != 0 || self.is_roman(text, t)
                };
                self.digits_begin
                    && (token.len() >= 4
                        || tokens
                            .get(start + 1)
                            .is_some_and(|t| t.gap < Gap::Paragraph && goes_on(t)))
            }
            _ => class(token) & BEGIN != 0 || self.is_roman(text, token),
        }
    }

    /// Whether the token is a Roman numeral that rules ask for.
    fn is_roman(&self, text: &str, token: &Token) -> bool {
        self.slots.roman && token.capitalised() && numbers::roman(token.of(text)).is_some()
    }

    /// Whether a match that includes token `i` may begin before it.
    fn reaches_back(&self, text: &str, tokens: &[Token], i: usize) -> bool {
        let before = &tokens[i - 1];
        tokens[i].gap < Gap::Paragraph
            && (before.kind == Kind::Number
                || self.classes[before.entry as usize] & USEFUL != 0
                || self.is_roman(text, before))
    }

    /// A match must not cut a number: «3» of «3.5», «10» of «B10».
    fn borders(&self, text: &str, tokens: &[Token], start: usize, end: usize) -> bool {
        let number = |i: usize| tokens.get(i).is_some_and(|t| t.kind == Kind::Number);
        let mark = |i: usize| {
            tokens.get(i).is_some_and(|t| {
                t.gap == Gap::Glued
                    && matches!(
                        t.of(text),
                        "." | "," | "/" | ":" | "-" | "'" | "–" | "%" | "_" | "=" | "&" | "@"
                    )
            })
        };
        if number(start) && tokens[start].gap == Gap::Glued && start > 0 {
            let before = &tokens[start - 1];
            if before.kind == Kind::Word && !before.script.unspaced() {
                return false;
            }
            if matches!(
                before.of(text),
                "$" | "€" | "£" | "#" | "_" | "=" | "&" | "@" | "+"
            ) {
                return false;
            }
            // «6–7 January»: the second half of a range may stand alone, if it is more than a number.
            let dash = end - start > 1 && matches!(before.of(text), "-" | "–");
            if start > 1
                && mark(start - 1)
                && !dash
                && (number(start - 2)
                    || tokens[start - 2].kind == Kind::Word && before.of(text) == "/")
            {
                return false;
            }
        }
        if number(end - 1) {
            let dash = end - start > 1 && mark(end) && matches!(tokens[end].of(text), "-" | "–");
            if mark(end)
                && !dash
                && (number(end + 1) && tokens[end + 1].gap == Gap::Glued
                    || tokens[end].of(text) == "%")
            {
                return false;
            }
            if let Some(next) = tokens.get(end)
                && next.gap == Gap::Glued
                && next.kind == Kind::Word
                && end - start == 1
            {
                return false;
            }
        }
        true
    }

    fn guarded(&self, text: &str, tokens: &[Token], start: usize, end: usize, rule: u32) -> bool {
        let g = &self.guards[rule as usize];
        let after = |side: &Side| self.occurs(text, tokens, end, &side.slots, None);
        let before = |side: &Side| {
            (start.saturating_sub(4)..start)
                .rev()
                .any(|i| self.occurs(text, tokens, i, &side.slots, Some(start as u32)))
        };
        g.when_before.as_ref().is_none_or(before)
            && g.when_after.as_ref().is_none_or(after)
            && !g.unless_before.as_ref().is_some_and(before)
            && !g.unless_after.as_ref().is_some_and(after)
    }

    /// Whether one of `slots` occurs at token `i`, ending at `end` where that is given.
    fn occurs(
        &self,
        text: &str,
        tokens: &[Token],
        i: usize,
        slots: &[SlotId],
        end: Option<u32>,
    ) -> bool {
        if i >= tokens.len() || tokens[i].gap >= Gap::Paragraph && end.is_none() {
            return false;
        }
        let mut hit = false;
        self.each(text, tokens, i, &mut |slot, _, e| {
            hit |= slots.contains(&slot) && end.is_none_or(|end| e == end);
        });
        hit
    }

    fn each(
        &self,
        text: &str,
        tokens: &[Token],
        i: usize,
        f: &mut impl FnMut(SlotId, SlotValue, u32),
    ) {
        let wanted = |slot: SlotId| {
            self.wanted
                .get(slot.0 as usize)
                .copied()
                .unwrap_or_default()
        };
        self.lexicon.at_slots(text, tokens, i, wanted, |o| {
            f(o.slot, o.value.into(), o.end)
        });
        let Some(token) = tokens.get(i) else { return };
        match token.kind {
            Kind::Word | Kind::Character
                if self.classes[token.entry as usize] & NUMBER == 0
                    && !self.is_roman(text, token) =>
            {
                if token.kind == Kind::Word {
                    f(numbers::WORD, SlotValue::None, i as u32 + 1);
                }
            }
            _ => numbers::at(&self.slots, &self.lexicon, text, tokens, i, f),
        }
    }
}

/// The best match so far.
struct Best {
    rule: u32,
    node: u32,
    accept: u32,
    end: usize,
    path: Vec<(SlotValue, u32)>,
}

/// One walk over a document.
struct Search<'s> {
    rules: &'s RuleSet,
    text: &'s str,
    tokens: &'s [Token],
    path: Vec<(SlotValue, u32)>,
    best: Option<Best>,
    cache: Cache,
}

impl Search<'_> {
    fn longest(&mut self, start: usize) -> Option<(Match, usize)> {
        self.path.clear();
        self.best = None;
        self.walk(0, start, start);
        let best = self.best.take()?;
        let accept = &self.rules.nodes[best.node as usize].accepts[best.accept as usize];
        let position = |step: usize| match step.checked_sub(1).and_then(|i| best.path.get(i)) {
            Some(p) => p.1,
            None => start as u32,
        };
        let slots = accept
            .names
            .iter()
            .zip(&best.path)
            .filter(|(n, _)| !n.is_empty())
            .map(|(n, p)| (*n, p.0))
            .collect();
        let m = Match {
            rule: accept.rule,
            start: position(accept.span.0 as usize),
            end: position(accept.span.1 as usize),
            second: accept
                .second
                .map(|(a, b)| (position(a as usize), position(b as usize))),
            slots,
        };
        Some((m, best.end))
    }

    fn walk(&mut self, node: u32, start: usize, at: usize) {
        let rules = self.rules;
        let n = &rules.nodes[node as usize];
        for (i, accept) in n.accepts.iter().enumerate() {
            self.accept(start, at, node, i as u32, accept.rule);
        }
        if n.children.is_empty() || at >= self.tokens.len() || self.path.len() >= DEEPEST {
            return;
        }
        let gap = self.tokens[at].gap;
        if !self.path.is_empty() && gap >= Gap::Paragraph {
            return;
        }
        let (first, end) = self.cache.of(rules, self.text, self.tokens, at);
        for k in first..end {
            let (slot, value, next) = self.cache.all[k];
            let step = |this: &mut Self, touch: bool, child: u32| {
                if !touch || gap == Gap::Glued {
                    this.path.push((value, next));
                    this.walk(child, start, next as usize);
                    this.path.pop();
                }
            };
            if node == 0 {
                for &(touch, child) in rules.root.get(&slot).into_iter().flatten() {
                    step(self, touch, child);
                }
                continue;
            }
            let from = match n.children.len() {
                0..12 => n
                    .children
                    .iter()
                    .position(|c| c.0 >= slot)
                    .unwrap_or(n.children.len()),
                _ => n.children.partition_point(|c| c.0 < slot),
            };
            for &(_, touch, child) in n.children[from..].iter().take_while(|c| c.0 == slot) {
                step(self, touch, child);
            }
        }
    }

    fn accept(&mut self, start: usize, end: usize, node: u32, accept: u32, rule: u32) {
        let rules = self.rules;
        let rank = |end: usize, rule: u32| {
            (
                end,
                rules.rules[rule as usize].priority,
                std::cmp::Reverse(rules.order[rule as usize]),
            )
        };
        if self
            .best
            .as_ref()
            .is_some_and(|b| rank(end, rule) <= rank(b.end, b.rule))
            || !rules.borders(self.text, self.tokens, start, end)
            || !rules.guarded(self.text, self.tokens, start, end, rule)
        {
            return;
        }
        let mut path = self.best.take().map(|b| b.path).unwrap_or_default();
        path.clone_from(&self.path);
        self.best = Some(Best {
            rule,
            node,
            accept,
            end,
            path,
        });
    }
}

/// Slot occurrences of the tokens that were looked at last, so that overlapping walks share them.
#[derive(Default)]
struct Cache {
    all: Vec<(SlotId, SlotValue, u32)>,
    /// Token, and where its occurrences are in `all`: one place for each token number modulo.
    places: Vec<(u32, u32, u32)>,
}

impl Cache {
    const PLACES: usize = 64;

    fn of(&mut self, rules: &RuleSet, text: &str, tokens: &[Token], at: usize) -> (usize, usize) {
        if self.places.is_empty() {
            self.places = vec![(u32::MAX, 0, 0); Self::PLACES];
        }
        let place = at % Self::PLACES;
        let (token, first, end) = self.places[place];
        if token == at as u32 {
            return (first as usize, end as usize);
        }
        let first = self.all.len();
        let all = &mut self.all;
        rules.each(text, tokens, at, &mut |slot, value, end| {
            all.push((slot, value, end))
        });
        self.places[place] = (at as u32, first as u32, all.len() as u32);
        (first, self.all.len())
    }
}

/// How rare slots and words are in text: the rarest of a pattern is its trigger.
struct Rarity {
    common_words: FxHashSet<String>,
    /// Slots that a function word can fill.
    common_slots: FxHashSet<&'static str>,
}

impl Rarity {
    const COMMON: u32 = 9;

    fn new(pack: &Pack) -> Self {
        let common_words: FxHashSet<String> = pack
            .function_words
            .iter()
            .map(|w| dateline_text::fold(w))
            .collect();
        let common_slots = pack
            .rows
            .iter()
            .filter(|r| common_words.contains(&dateline_text::fold(&r.form)))
            .map(|r| r.slot)
            .collect();
        Self {
            common_words,
            common_slots,
        }
    }

    /// Smaller is rarer. Digits always wake, so that no pattern with digits needs another trigger.
    fn slot(&self, slot: &str) -> u32 {
        match slot {
            "int" | "day" | "month_number" | "year" | "recent_year" | "year2" | "hour"
            | "minute" => 0,
            "month" | "weekday" | "season" | "relative_day" | "holiday" | "relative_unit" => 1,
            "unit" | "part_of_day" | "vague" => 2,
            "word" => Self::COMMON,
            "number" | "ordinal" => 8,
            _ if self.common_slots.contains(slot) => 7,
            _ => 4,
        }
    }

    fn literal(&self, word: &str) -> u32 {
        let folded = dateline_text::fold(word);
        let sign = !folded.chars().any(char::is_alphanumeric) || folded.chars().count() == 1;
        if sign || self.common_words.contains(&folded) {
            Self::COMMON
        } else {
            5
        }
    }
}
