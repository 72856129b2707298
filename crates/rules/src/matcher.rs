//! The matcher: the automaton of all rules of a language, walked from triggers.

use crate::automaton::{Automaton, Builder, DEEPEST};
use crate::neighbours::{Neighbours, TRIGGER};
use crate::numbers::{self, NumberSlots, NumberStyle};
use crate::pattern::{Node, parse, parse_guard};
use crate::rule::{Error, Rule, read_rules};
use dateline_languages::{Lexicon, Pack, SlotId, Value};
use dateline_text::{Gap, Kind, Token, tokenize};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;

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

/// Alternatives beside a match.
#[derive(Debug, Default)]
struct Side {
    /// Slots of the lexicon, and the bits that they have among the slots of guards.
    slots: Vec<SlotId>,
    bits: u128,
    /// The built-in slots, a bit each.
    built_in: u16,
}

#[derive(Debug, Default)]
struct Guards {
    when_before: Option<Side>,
    when_after: Option<Side>,
    unless_before: Option<Side>,
    unless_after: Option<Side>,
}

impl Guards {
    fn sides_mut(&mut self) -> impl Iterator<Item = &mut Side> {
        [
            &mut self.when_before,
            &mut self.when_after,
            &mut self.unless_before,
            &mut self.unless_after,
        ]
        .into_iter()
        .flatten()
    }

    /// The slots of the lexicon that are asked for.
    fn slots(&self) -> impl Iterator<Item = SlotId> {
        [
            &self.when_before,
            &self.when_after,
            &self.unless_before,
            &self.unless_after,
        ]
        .into_iter()
        .flatten()
        .flat_map(|side| side.slots.iter().copied())
    }
}

/// The rules of one language, compiled with its tables.
#[derive(Debug)]
pub struct RuleSet {
    /// The rules, parents' first.
    pub rules: Vec<Rule>,
    /// The compiled tables, shared by whoever asks for words.
    pub lexicon: Lexicon,
    guards: Vec<Guards>,
    automaton: Automaton,
    slots: NumberSlots,
    /// What decides between rules that match the same tokens: the larger wins.
    ranks: Vec<(i32, Reverse<u32>)>,
    neighbours: Neighbours,
}

/// How many tokens before a trigger a match may begin.
const REACH: usize = 10;

impl RuleSet {
    /// Compiles a pack.
    pub fn new(pack: &Pack) -> Result<Self, Error> {
        let rules = read_rules(&pack.rules)?;
        let mut patterns: Vec<(u32, Vec<Vec<Node>>)> = Vec::new();
        let mut sides: Vec<[Option<Vec<Node>>; 4]> = Vec::with_capacity(rules.len());
        let mut words = Words::default();
        for (i, rule) in rules.iter().enumerate() {
            let error = |message: String| Error::Rule {
                id: rule.id.into(),
                message,
            };
            for pattern in &rule.patterns {
                let pattern = parse(pattern).map_err(error)?;
                pattern.iter().flatten().for_each(|n| words.gather(n));
                patterns.push((i as u32, pattern));
            }
            fn side(text: &Option<String>) -> Result<Option<Vec<Node<'_>>>, String> {
                text.as_deref().map(parse_guard).transpose()
            }
            let side = [
                side(&rule.when.before).map_err(error)?,
                side(&rule.when.after).map_err(error)?,
                side(&rule.unless.before).map_err(error)?,
                side(&rule.unless.after).map_err(error)?,
            ];
            side.iter()
                .flatten()
                .flatten()
                .for_each(|n| words.gather(n));
            sides.push(side);
        }
        let lexicon = Lexicon::new(pack, &words.list);
        let literals: FxHashMap<&str, Option<SlotId>> = words
            .list
            .iter()
            .map(|w| (*w, lexicon.slot(&format!("={}", dateline_text::fold(w)))))
            .collect();
        let slot_of = |element: Result<&str, &str>| match element {
            Ok(name) => numbers::built_in(name).or_else(|| lexicon.slot(name)),
            Err(word) => literals.get(word).copied().flatten(),
        };
        let mut builder = Builder::new(slot_of);
        for (rule, pattern) in &patterns {
            builder.add(*rule, pattern);
        }
        let rarity = Rarity::new(pack, &lexicon);
        let triggers = builder.rarest(|slot| match numbers::name(slot) {
            Some(name) => rarity.slot(name),
            None => match lexicon.slot_name(slot).strip_prefix('=') {
                Some(word) => rarity.literal(word),
                None => rarity.slot(lexicon.slot_name(slot)),
            },
        });
        let mut automaton = builder.build().ok_or_else(|| Error::Size {
            tag: pack.tag.to_owned(),
        })?;
        let mut guards: Vec<Guards> = sides
            .into_iter()
            .map(|sides| {
                let [a, b, c, d] = sides.map(|s| s.map(|s| Side::new(&s, slot_of)));
                Guards {
                    when_before: a,
                    when_after: b,
                    unless_before: c,
                    unless_after: d,
                }
            })
            .collect();
        let mut by_id: Vec<u32> = (0..rules.len() as u32).collect();
        by_id.sort_by_key(|&i| rules[i as usize].id);
        let mut ranks = vec![(0, Reverse(0)); rules.len()];
        for (place, &rule) in by_id.iter().enumerate() {
            ranks[rule as usize] = (rules[rule as usize].priority, Reverse(place as u32));
        }
        let slots = NumberSlots {
            number: lexicon.slot("number"),
            ordinal: lexicon.slot("ordinal"),
            ordinal_suffix: lexicon.slot("ordinal_suffix"),
            and: lexicon.slot("number_and"),
            article: lexicon.slot("number_article"),
            half: lexicon.slot("number_half"),
            style: NumberStyle::new(&pack.language.decimal, &pack.language.group),
        };
        let common = |slot: SlotId| {
            let word = lexicon.slot_name(slot).strip_prefix('=');
            word.is_none_or(|w| rarity.literal(w) >= Rarity::COMMON)
        };
        let neighbours = Neighbours::new(
            &mut automaton,
            &lexicon,
            &slots,
            &triggers,
            guards.iter().flat_map(Guards::slots),
            common,
            &Rarity::common_entries(pack, &lexicon),
        );
        for side in guards.iter_mut().flat_map(Guards::sides_mut) {
            let bits = side.slots.iter().map(|s| neighbours.guard_bit(*s));
            side.bits = bits.fold(0, |all, bit| all | bit);
        }
        Ok(Self {
            rules,
            lexicon,
            guards,
            automaton,
            slots,
            ranks,
            neighbours,
        })
    }

    /// Finds the matches in marked `tokens` of `text`: from the left, the longest at each place,
    /// then the higher priority, then the smaller id. They do not overlap and are in order.
    pub fn matches(&self, text: &str, tokens: &[Token], out: &mut Vec<Match>) {
        let near = &self.neighbours;
        let mut search = Search::new(self, text, tokens);
        // Tokens before this one are matched, or tried in vain.
        let mut free = 0usize;
        for (trigger, token) in tokens.iter().enumerate() {
            if token.kind != Kind::Number && near.flags(token) & TRIGGER == 0 || trigger < free {
                continue;
            }
            let mut start = trigger;
            while start > free
                && trigger - start < REACH
                && near.reaches_back(text, tokens, start - 1)
            {
                start -= 1;
            }
            // A trigger that stands alone can only be all of a match.
            let first = if near.adjacent(text, tokens, trigger) {
                near.first
            } else {
                self.automaton.state(Automaton::ROOT).last
            };
            free = trigger + 1;
            for start in start..=trigger {
                let wanted = if start == trigger { first } else { near.first };
                let begins = near.begins(text, &tokens[start]) & wanted;
                if begins != 0
                    && self.may_begin(text, tokens, start)
                    && let Some((m, end)) = search.longest(start, begins)
                    && end > trigger
                {
                    out.push(m);
                    free = end;
                    break;
                }
            }
        }
    }

    /// Most numbers are no dates: of those that stand alone only years can be.
    fn may_begin(&self, text: &str, tokens: &[Token], start: usize) -> bool {
        let token = &tokens[start];
        token.kind != Kind::Number
            || token.len() >= 4
            || tokens
                .get(start + 1)
                .is_some_and(|t| t.gap < Gap::Paragraph && self.neighbours.goes_on(text, t))
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
        let after = |side: &Side| self.occurs(text, tokens, end, side, None);
        let before = |side: &Side| {
            (start.saturating_sub(4)..start)
                .rev()
                .any(|i| self.occurs(text, tokens, i, side, Some(start as u32)))
        };
        g.when_before.as_ref().is_none_or(before)
            && g.when_after.as_ref().is_none_or(after)
            && !g.unless_before.as_ref().is_some_and(before)
            && !g.unless_after.as_ref().is_some_and(after)
    }

    /// Whether a slot of `side` occurs at token `i`, ending at `end` where that is given.
    fn occurs(
        &self,
        text: &str,
        tokens: &[Token],
        i: usize,
        side: &Side,
        end: Option<u32>,
    ) -> bool {
        let Some(token) = tokens.get(i) else {
            return false;
        };
        if token.gap >= Gap::Paragraph && end.is_none() {
            return false;
        }
        let mut hit = false;
        if self.neighbours.guards(token) & side.bits != 0 {
            let named = |slot, _| {
                self.neighbours.guard_bit(slot) & side.bits != 0 && side.slots.contains(&slot)
            };
            self.lexicon.at_slots(text, tokens, i, named, |o| {
                hit |= end.is_none_or(|end| o.end == end);
            });
        }
        if hit || side.built_in == 0 {
            return hit;
        }
        let named = |slot, _| side.built_in & numbers::bit(slot) != 0;
        if token.kind == Kind::Number || self.neighbours.counts(text, token) {
            let (slots, lexicon) = (&self.slots, &self.lexicon);
            numbers::at(slots, lexicon, text, tokens, i, named, |_, _, e| {
                hit |= end.is_none_or(|end| e == end);
            });
        } else if token.kind == Kind::Word && named(numbers::WORD, false) {
            hit = end.is_none_or(|end| end == i as u32 + 1);
        }
        hit
    }
}

impl Side {
    fn new(elements: &[Node], slot_of: impl Fn(Result<&str, &str>) -> Option<SlotId>) -> Self {
        let mut side = Self::default();
        let mut add = |slot: Option<SlotId>| match slot {
            Some(slot) if numbers::name(slot).is_some() => side.built_in |= numbers::bit(slot),
            Some(slot) => side.slots.push(slot),
            None => {}
        };
        for element in elements {
            match element {
                Node::Slot { slot, .. } => add(slot_of(Ok(slot))),
                Node::Literals(words) => words.iter().for_each(|w| add(slot_of(Err(w)))),
                _ => {}
            }
        }
        side
    }
}

/// The words that rules name, each once.
#[derive(Default)]
struct Words<'p> {
    list: Vec<&'p str>,
    known: FxHashSet<&'p str>,
}

impl<'p> Words<'p> {
    fn gather(&mut self, node: &Node<'p>) {
        match node {
            Node::Literals(words) => {
                for word in words {
                    if self.known.insert(word) {
                        self.list.push(word);
                    }
                }
            }
            Node::Group(ways) => ways.iter().flatten().for_each(|n| self.gather(n)),
            Node::Optional(inner) => self.gather(inner),
            _ => {}
        }
    }
}

/// No step: where a walk begins.
const NOWHERE: u32 = u32::MAX;

/// A step of a walk.
#[derive(Clone, Copy)]
struct Step {
    /// The step before.
    before: u32,
    slot: SlotId,
    touch: bool,
    /// One past its last token.
    end: u32,
    value: SlotValue,
}

/// A pattern that a walk reached the end of.
struct Found {
    pattern: u32,
    rule: u32,
    end: u32,
    /// Its last step.
    step: u32,
}

/// Where a walk stands.
#[derive(Clone, Copy)]
struct Place {
    state: u32,
    /// The token that comes.
    at: usize,
    /// The last step, and how many there were.
    before: u32,
    depth: usize,
    /// What may begin at the token after it.
    next: u128,
}

/// One walk over a document.
struct Search<'s> {
    rules: &'s RuleSet,
    text: &'s str,
    tokens: &'s [Token],
    /// The steps of all ways that were tried from a start; each knows the one before.
    steps: Vec<Step>,
    found: Vec<Found>,
}

impl<'s> Search<'s> {
    fn new(rules: &'s RuleSet, text: &'s str, tokens: &'s [Token]) -> Self {
        Self {
            rules,
            text,
            tokens,
            steps: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The best match that begins at a token, with one of the slots that have `first` bits.
    fn longest(&mut self, start: usize, first: u128) -> Option<(Match, usize)> {
        self.steps.clear();
        self.found.clear();
        self.go_on(Automaton::ROOT, start, first, NOWHERE, 0);
        let rules = self.rules;
        let rank = |f: &Found| (f.end, rules.ranks[f.rule as usize]);
        loop {
            // The first of the best: later ones say the same in other words.
            let mut best = self.found.first()?;
            for found in &self.found[1..] {
                if rank(found) > rank(best) {
                    best = found;
                }
            }
            let (rule, end) = (best.rule, best.end);
            if rules.borders(self.text, self.tokens, start, end as usize)
                && rules.guarded(self.text, self.tokens, start, end as usize, rule)
            {
                return Some((self.read(start, best), end as usize));
            }
            self.found.retain(|f| f.rule != rule || f.end != end);
        }
    }

    /// The match of a pattern.
    fn read(&self, start: usize, found: &Found) -> Match {
        let mut path = [NOWHERE; DEEPEST];
        let mut first = DEEPEST;
        let mut at = found.step;
        while let Some(step) = self.steps.get(at as usize) {
            first -= 1;
            path[first] = at;
            at = step.before;
        }
        let path = &path[first..];
        let step = |i: usize| &self.steps[path[i] as usize];
        let mut slots = [(numbers::WORD, false); DEEPEST];
        for (i, slot) in slots.iter_mut().take(path.len()).enumerate() {
            *slot = (step(i).slot, step(i).touch);
        }
        let binding = self
            .rules
            .automaton
            .bind(found.pattern, &slots[..path.len()]);
        let position = |i: usize| match i {
            0 => start as u32,
            _ => step(i - 1).end,
        };
        let mut spans = binding.spans().map(|(a, b)| (position(a), position(b)));
        let span = spans.next().unwrap_or((start as u32, found.end));
        let mut named = Vec::with_capacity(path.len());
        for (i, name) in binding.names.iter().take(path.len()).enumerate() {
            if !name.is_empty() {
                named.push((*name, step(i).value));
            }
        }
        Match {
            rule: found.rule,
            start: span.0,
            end: span.1,
            second: spans.next(),
            slots: named,
        }
    }

    /// Tries all ways on from a state, of which `wanted` are the slots that may begin at token `at`.
    fn go_on(&mut self, state: u32, at: usize, wanted: u128, before: u32, depth: usize) {
        let rules = self.rules;
        let (text, tokens, near) = (self.text, self.tokens, &rules.neighbours);
        let token = &tokens[at];
        let mut place = Place {
            state,
            at,
            before,
            depth,
            next: 0,
        };
        // Slots that end with this token lead nowhere unless they end a match or the next token goes on.
        let mut one = rules.automaton.state(state).last;
        // Whether the next token can be part of a number in digits, or of its suffix.
        let mut joins = (false, false);
        if let Some(next) = tokens.get(at + 1)
            && next.gap < Gap::Paragraph
        {
            if depth + 1 < DEEPEST {
                let (begins, before) = near.begins_and_before(text, next);
                place.next = begins;
                one |= before;
            }
            joins = near.joins_number(next);
        }
        let one = wanted & one;
        let wants = |slot, more| near.bit(slot) & if more { wanted } else { one } != 0;
        rules.lexicon.at_slots(text, tokens, at, wants, |o| {
            self.take(&place, o.slot, o.value.into(), o.end);
        });
        let (slots, lexicon) = (&rules.slots, &rules.lexicon);
        if token.kind == Kind::Number {
            let wants = |slot, joins| near.bit(slot) & if joins { wanted } else { one } != 0;
            let digits = near.digits(text, token, one);
            let (number, ordinal) = (
                wants(numbers::NUMBER, joins.0),
                joins.1 && wants(numbers::ORDINAL, true),
            );
            if digits == 0 && !number && !ordinal {
                return;
            }
            let Some(value) = numbers::value_of(token.of(text)) else {
                return;
            };
            let int = SlotValue::Int(value);
            near.each(digits, |slot| {
                self.take(&place, slot, int, at as u32 + 1);
            });
            if ordinal && let Some(end) = numbers::suffixed(slots, lexicon, text, tokens, at) {
                self.take(&place, numbers::ORDINAL, int, end);
            }
            if number
                && let Some((value, end)) =
                    numbers::in_digits(slots, lexicon, text, tokens, at, value)
            {
                self.take(&place, numbers::NUMBER, value, end);
            }
        } else if near.counts(text, token) {
            numbers::at(
                slots,
                lexicon,
                text,
                tokens,
                at,
                wants,
                |slot, value, end| {
                    self.take(&place, slot, value, end);
                },
            );
        } else if token.kind == Kind::Word && wants(numbers::WORD, false) {
            self.take(&place, numbers::WORD, SlotValue::None, at as u32 + 1);
        }
    }

    /// The slots that may begin at a token after `depth` steps and one more.
    #[inline]
    fn begins(&self, at: usize, depth: usize) -> u128 {
        match self.tokens.get(at) {
            Some(t) if t.gap < Gap::Paragraph && depth + 1 < DEEPEST => {
                self.rules.neighbours.begins(self.text, t)
            }
            _ => 0,
        }
    }

    /// Takes a step.
    fn take(&mut self, place: &Place, slot: SlotId, value: SlotValue, end: u32) {
        let automaton = &self.rules.automaton;
        let at = end as usize;
        let begins = if at == place.at + 1 {
            place.next
        } else {
            self.begins(at, place.depth)
        };
        for arc in automaton.arcs_of(place.state, slot) {
            if arc.slot != slot {
                break;
            }
            let to = automaton.state(arc.to);
            let accepts = automaton.accepts(to);
            let wanted = to.bits & begins;
            if accepts.is_empty() && wanted == 0
                || arc.touch && self.tokens[place.at].gap != Gap::Glued
            {
                continue;
            }
            let step = self.steps.len() as u32;
            self.steps.push(Step {
                before: place.before,
                slot,
                touch: arc.touch,
                end,
                value,
            });
            for &pattern in accepts {
                self.found.push(Found {
                    pattern,
                    rule: automaton.rule(pattern),
                    end,
                    step,
                });
            }
            if wanted != 0 {
                self.go_on(arc.to, at, wanted, step, place.depth + 1);
            }
        }
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
    const NEVER: u32 = u32::MAX - 1;

    fn new(pack: &Pack, lexicon: &Lexicon) -> Self {
        let common_words: FxHashSet<String> = pack
            .function_words
            .iter()
            .map(|w| dateline_text::fold(w))
            .collect();
        // By entries: to fold the forms of all tables would take as long as the rest.
        let mut tokens = Vec::new();
        let entries = |word: &str| -> Vec<u32> {
            tokens.clear();
            tokenize(word, &mut tokens);
            tokens.iter().map(|t| lexicon.entry(t.key)).collect()
        };
        let forms: FxHashSet<Vec<u32>> = pack.function_words.iter().copied().map(entries).collect();
        let first: FxHashSet<u32> = forms.iter().filter_map(|f| f.first().copied()).collect();
        let mut common_slots = FxHashSet::default();
        lexicon.forms(|slot, form| {
            if form.first().is_some_and(|f| first.contains(f)) && forms.contains(form) {
                common_slots.insert(lexicon.slot_name(slot));
            }
        });
        Self {
            common_words,
            common_slots,
        }
    }

    /// The entries of words and signs that a form is not found by, if it has another.
    fn common_entries(pack: &Pack, lexicon: &Lexicon) -> FxHashSet<u32> {
        let mut text = String::new();
        for sign in (b'!'..=b'~').filter(u8::is_ascii_punctuation) {
            text.extend([char::from(sign), ' ']);
        }
        text.push_str(&pack.function_words.join(" "));
        let mut tokens = Vec::new();
        tokenize(&text, &mut tokens);
        tokens.iter().map(|t| lexicon.entry(t.key)).collect()
    }

    /// Smaller is rarer. Digits always wake, so that no pattern with digits needs another trigger.
    fn slot(&self, slot: &str) -> u32 {
        match slot {
            "int" | "day" | "month_number" | "year" | "recent_year" | "year2" | "hour"
            | "minute" => 0,
            "month" | "weekday" | "season" | "relative_day" | "holiday" | "relative_unit" => 1,
            "unit" | "part_of_day" | "vague" => 2,
            // No table marks these: they cannot wake a search.
            "word" | "roman" => Self::NEVER,
            "number" | "ordinal" => 8,
            _ if self.common_slots.contains(slot) => 7,
            _ => 4,
        }
    }

    /// Of words that are all common the longest is the rarest.
    fn literal(&self, word: &str) -> u32 {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        let common = |w: &str| self.common_words.contains(&dateline_text::fold(w));
        if letters > 1 && !common(word) {
            5
        } else {
            Self::COMMON + 8 - (letters as u32).min(8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_languages::Library;

    /// What lets the matcher pass over text must not pass over a match: from whichever of its tokens a
    /// search begins, it must reach the others.
    #[test]
    fn tokens_of_a_match_are_neighbours() {
        let library = Library::embedded();
        let mut pairs = 0;
        for folder in library.folders() {
            let Ok(pack) = library.pack(folder.tag) else {
                continue;
            };
            let rules = RuleSet::new(&pack).unwrap_or_else(|e| panic!("{}: {e}", pack.tag));
            for example in rules.rules.iter().flat_map(|r| &r.examples) {
                let mut tokens = Vec::new();
                tokenize(&example.text, &mut tokens);
                rules.lexicon.mark(&mut tokens);
                let mut matches = Vec::new();
                rules.matches(&example.text, &tokens, &mut matches);
                for m in matches {
                    for i in m.start as usize..m.end as usize - 1 {
                        pairs += 1;
                        assert!(
                            rules.neighbours.adjacent(&example.text, &tokens, i),
                            "{}: «{}», token {i}, {}",
                            pack.tag,
                            example.text,
                            rules.rules[m.rule as usize].id
                        );
                    }
                }
            }
        }
        assert!(pairs > 2_000, "only {pairs} pairs were looked at");
    }
}
