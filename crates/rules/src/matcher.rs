//! The matcher: the automaton of all rules of a language, walked from where matches can begin.

use crate::automaton::{Automaton, Builder, DEEPEST, bit};
use crate::numbers::{self, NumberSlots, NumberStyle};
use crate::pattern::{Node, parse, parse_guard};
use crate::reverse::{Cache, Reverse};
use crate::rule::{Error, Rule, read_rules};
use dateline_languages::{Lexicon, Pack, SlotId, Value};
use dateline_text::{Gap, Kind, Token, tokenize};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::atomic::{AtomicU32, Ordering};

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
#[derive(Debug, Default, Clone, PartialEq)]
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
    /// Slots of the lexicon, and their bits.
    slots: Vec<SlotId>,
    bits: u64,
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
    /// For each entry the bits of the slots of guards that can begin at it.
    guard_bits: Vec<u64>,
    automaton: Automaton,
    slots: NumberSlots,
    /// What decides between rules that match the same tokens: the larger wins.
    ranks: Vec<(i32, std::cmp::Reverse<u32>)>,
    reverse: Reverse,
    /// Tells it from others, for [`Scratch`].
    number: u32,
}

/// Memory for the matcher, used again from text to text: what it learnt of one language makes the
/// next text in that language fast. For another language it is begun anew.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of which rules the cache is; 0 for none.
    number: u32,
    cache: Cache,
    steps: Vec<Step>,
    found: Vec<Found>,
    ways: Ways,
    signs: Vec<u32>,
    matched: Match,
}

/// A match but for its place: tokens are counted from its first.
#[derive(Debug)]
struct Way {
    rule: u32,
    pattern: u32,
    /// How many tokens it has.
    length: u32,
    steps: Vec<Step>,
    bound: Option<Bound>,
}

/// What the pattern of a way calls its parts.
#[derive(Debug)]
struct Bound {
    /// The reported spans.
    span: (u32, u32),
    second: Option<(u32, u32)>,
    slots: Vec<(&'static str, SlotValue)>,
    /// Which of them have the value of the digits at a token.
    digits: Vec<(u8, u32)>,
}

/// What was found from tokens, by their signs: the same few hundred dates stand in all texts. All that guards may
/// choose from, best first.
#[derive(Debug, Default)]
struct Ways {
    of: FxHashMap<Box<[u32]>, u32>,
    list: Vec<Vec<Way>>,
    /// Those from the last tokens that are not remembered.
    last: Option<Vec<Way>>,
}

impl Ways {
    /// More are forgotten.
    const MOST: usize = 1 << 14;
    /// Rows of more tokens are not remembered.
    const LONGEST: usize = 12;

    fn add(&mut self, signs: &[u32], ways: Vec<Way>) -> &mut Vec<Way> {
        if self.list.len() >= Self::MOST {
            *self = Self::default();
        }
        let number = self.list.len();
        self.of.insert(signs.into(), number as u32);
        self.list.push(ways);
        &mut self.list[number]
    }
}

impl RuleSet {
    /// Compiles a pack.
    pub fn new(pack: &Pack) -> Result<Self, Error> {
        let rules = read_rules(&pack.rules)?;
        let mut patterns: Vec<(u32, Vec<Vec<Node>>)> = Vec::new();
        let mut sides: Vec<[Option<Vec<Node>>; 4]> = Vec::with_capacity(rules.len());
        let style = NumberStyle::new(&pack.language.decimal, &pack.language.group);
        let marks: Vec<String> = style.marks().collect();
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
        // So that tokens in numbers are known by their entries.
        marks.iter().for_each(|m| words.add(m));
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
        let automaton = builder.build().ok_or_else(|| Error::Size {
            tag: pack.tag.to_owned(),
        })?;
        let guards: Vec<Guards> = sides
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
        // What begins at most tokens is no guard's business.
        let mut named = vec![false; lexicon.slots()];
        for slot in guards.iter().flat_map(Guards::slots) {
            named[usize::from(slot.0)] = true;
        }
        let mut guard_bits = vec![0; lexicon.entries()];
        lexicon.forms(|slot, form, _, _| {
            if named[usize::from(slot.0)] {
                guard_bits[form[0] as usize] |= bit(slot);
            }
        });
        let mut by_id: Vec<u32> = (0..rules.len() as u32).collect();
        by_id.sort_by_key(|&i| rules[i as usize].id);
        let mut ranks = vec![(0, std::cmp::Reverse(0)); rules.len()];
        for (place, &rule) in by_id.iter().enumerate() {
            ranks[rule as usize] = (
                rules[rule as usize].priority,
                std::cmp::Reverse(place as u32),
            );
        }
        let slots = NumberSlots {
            number: lexicon.slot("number"),
            ordinal: lexicon.slot("ordinal"),
            ordinal_suffix: lexicon.slot("ordinal_suffix"),
            and: lexicon.slot("number_and"),
            article: lexicon.slot("number_article"),
            half: lexicon.slot("number_half"),
            hyphen: dateline_text::word_key("-"),
            style,
        };
        let mut tokens = Vec::new();
        marks.iter().for_each(|m| tokenize(m, &mut tokens));
        let marks: Vec<u32> = tokens.iter().map(|t| lexicon.entry(t.key)).collect();
        let reverse = Reverse::new(&automaton, &lexicon, &slots, &marks);
        static NUMBERS: AtomicU32 = AtomicU32::new(1);
        Ok(Self {
            rules,
            lexicon,
            guards,
            guard_bits,
            automaton,
            slots,
            ranks,
            reverse,
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// Calls `f` with the matches in marked `tokens` of `text`: from the left, the longest at each place,
    /// then the higher priority, then the smaller id. They do not overlap and are in order.
    pub fn matches(
        &self,
        text: &str,
        tokens: &[Token],
        scratch: &mut Scratch,
        f: impl FnMut(&Match),
    ) {
        if scratch.number != self.number {
            *scratch = Scratch {
                number: self.number,
                ..Scratch::default()
            };
        }
        scratch.cache.walk(&self.reverse, text, tokens);
        self.matches_from_starts(text, tokens, scratch, f);
    }

    fn matches_from_starts(
        &self,
        text: &str,
        tokens: &[Token],
        scratch: &mut Scratch,
        mut f: impl FnMut(&Match),
    ) {
        let mut search = Search {
            rules: self,
            text,
            tokens,
            cache: &scratch.cache,
            steps: &mut scratch.steps,
            found: &mut scratch.found,
            ways: &mut scratch.ways,
            signs: &mut scratch.signs,
        };
        // Tokens before this one are matched.
        let mut free = 0;
        for &start in scratch.cache.starts.iter().rev() {
            if start >= free
                && let Some(end) = search.longest(start as usize, &mut scratch.matched)
            {
                f(&scratch.matched);
                free = end;
            }
        }
    }

    /// What the pattern of a way calls its parts.
    fn bind(&self, tokens: &[Token], start: usize, way: &Way) -> Bound {
        let steps: Vec<(SlotId, bool)> = way.steps.iter().map(|s| (s.slot, s.touch)).collect();
        let binding = self.automaton.bind(way.pattern, &steps);
        let position = |i: u8| match i {
            0 => 0,
            _ => way.steps[usize::from(i) - 1].end,
        };
        let mut spans = binding.spans().map(|(a, b)| (position(a), position(b)));
        let mut bound = Bound {
            span: spans.next().unwrap_or((0, way.length)),
            second: spans.next(),
            slots: Vec::with_capacity(binding.names.len()),
            digits: Vec::new(),
        };
        for (i, name) in &binding.names {
            let (step, at) = (&way.steps[usize::from(*i)], position(*i));
            let digits = tokens[start + at as usize].kind == Kind::Number;
            if digits && numbers::name(step.slot).is_some() {
                bound.digits.push((bound.slots.len() as u8, at));
            }
            bound.slots.push((name, step.value));
        }
        bound
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
        if self.guard_bits[token.entry as usize] & side.bits != 0 {
            let named = |slot| bit(slot) & side.bits != 0 && side.slots.contains(&slot);
            self.lexicon.at_slots(text, tokens, i, named, |o| {
                hit |= end.is_none_or(|end| o.end == end);
            });
        }
        if hit || side.built_in == 0 {
            return hit;
        }
        if token.kind == Kind::Number || self.reverse.counts(text, token) {
            let (slots, lexicon) = (&self.slots, &self.lexicon);
            let named = (side.built_in, (true, true));
            numbers::at(slots, lexicon, text, tokens, i, named, |_, _, e| {
                hit |= end.is_none_or(|end| e == end);
            });
        } else if token.kind == Kind::Word && side.built_in & numbers::bit(numbers::WORD) != 0 {
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
            Some(slot) => {
                side.slots.push(slot);
                side.bits |= bit(slot);
            }
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
    fn add(&mut self, word: &'p str) {
        if self.known.insert(word) {
            self.list.push(word);
        }
    }

    fn gather(&mut self, node: &Node<'p>) {
        match node {
            Node::Literals(words) => words.iter().for_each(|w| self.add(w)),
            Node::Group(ways) => ways.iter().flatten().for_each(|n| self.gather(n)),
            Node::Optional(inner) => self.gather(inner),
            _ => {}
        }
    }
}

/// No step: where a walk begins.
const NOWHERE: u32 = u32::MAX;

/// A step of a walk.
#[derive(Debug, Clone, Copy)]
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
#[derive(Debug)]
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
}

/// One walk over a document.
struct Search<'s> {
    rules: &'s RuleSet,
    text: &'s str,
    tokens: &'s [Token],
    cache: &'s Cache,
    /// The steps of all ways that were tried from a start; each knows the one before.
    steps: &'s mut Vec<Step>,
    found: &'s mut Vec<Found>,
    ways: &'s mut Ways,
    signs: &'s mut Vec<u32>,
}

impl Search<'_> {
    /// The best match that begins at a token, written into `matched`; where it ends.
    fn longest(&mut self, start: usize, matched: &mut Match) -> Option<u32> {
        let (text, tokens, rules) = (self.text, self.tokens, self.rules);
        let all_told = self.read_signs(start);
        let known = match all_told {
            true => self.ways.of.get(&self.signs[..]).copied(),
            false => None,
        };
        let ways = match known {
            Some(known) => &mut self.ways.list[known as usize],
            None => {
                self.search(start);
                let ways = self.found.iter().map(|f| self.way(start, f)).collect();
                match all_told {
                    true => self.ways.add(self.signs, ways),
                    false => self.ways.last.insert(ways),
                }
            }
        };
        let way = ways.iter_mut().find(|way| {
            let end = start + way.length as usize;
            rules.borders(text, tokens, start, end)
                && rules.guarded(text, tokens, start, end, way.rule)
        })?;
        let first = start as u32;
        let placed = |(a, b): (u32, u32)| (first + a, first + b);
        let bound = match &way.bound {
            Some(bound) => bound,
            None => way.bound.insert(rules.bind(tokens, start, way)),
        };
        matched.rule = way.rule;
        (matched.start, matched.end) = placed(bound.span);
        matched.second = bound.second.map(placed);
        matched.slots.clear();
        matched.slots.extend_from_slice(&bound.slots);
        // Where not all is told, the search was for this place, and digits may be parts of longer numbers.
        for (slot, at) in bound.digits.iter().filter(|_| all_told) {
            let digits = tokens[start + *at as usize].of(text);
            if let (SlotValue::Int(value), Some(own)) = (
                &mut matched.slots[usize::from(*slot)].1,
                numbers::value_of(digits),
            ) {
                *value = own;
            }
        }
        Some(first + way.length)
    }

    /// The signs of the tokens that a match from `start` can have; whether they tell all that it depends on.
    fn read_signs(&mut self, start: usize) -> bool {
        self.signs.clear();
        for at in start..self.tokens.len() {
            let ends = self.tokens[at].gap >= Gap::Paragraph || !self.cache.lives(at);
            if at > start && ends {
                break;
            }
            // Of what stands before the first only matters whether it touches.
            let most = if at > start { Gap::Line } else { Gap::Space };
            match self.rules.reverse.sign(self.text, self.tokens, at, most) {
                Some(sign) if self.signs.len() < Ways::LONGEST => self.signs.push(sign),
                _ => return false,
            }
        }
        true
    }

    /// Fills `found` with the matches that begin at a token, best first.
    fn search(&mut self, start: usize) {
        self.steps.clear();
        self.found.clear();
        self.go_on(&Place {
            state: Automaton::ROOT,
            at: start,
            before: NOWHERE,
            depth: 0,
        });
        let rules = self.rules;
        // Of equal ones the first: later ones say the same in other words.
        self.found
            .sort_by_key(|f| std::cmp::Reverse((f.end, rules.ranks[f.rule as usize])));
        self.found.dedup_by_key(|f| (f.end, f.rule));
    }

    /// The steps of a match.
    fn way(&self, start: usize, found: &Found) -> Way {
        let mut steps = Vec::new();
        let mut at = found.step;
        while let Some(step) = self.steps.get(at as usize) {
            steps.push(Step {
                end: step.end - start as u32,
                ..*step
            });
            at = step.before;
        }
        steps.reverse();
        Way {
            rule: found.rule,
            pattern: found.pattern,
            length: found.end - start as u32,
            steps,
            bound: None,
        }
    }

    /// Tries all ways on from a place.
    fn go_on(&mut self, place: &Place) {
        let rules = self.rules;
        let (text, tokens, at) = (self.text, self.tokens, place.at);
        let token = &tokens[at];
        let state = rules.automaton.state(place.state);
        let (bits, built_in) = (state.bits, state.built_in);
        let named = |slot| bits & bit(slot) != 0;
        rules.lexicon.at_slots(text, tokens, at, named, |o| {
            self.take(place, o.slot, o.value.into(), o.end);
        });
        if built_in == 0 {
            return;
        }
        if token.kind == Kind::Number || rules.reverse.counts(text, token) {
            let (slots, lexicon) = (&rules.slots, &rules.lexicon);
            let named = (built_in, rules.reverse.joins_number(tokens, at));
            numbers::at(
                slots,
                lexicon,
                text,
                tokens,
                at,
                named,
                |slot, value, end| {
                    self.take(place, slot, value, end);
                },
            );
        } else if token.kind == Kind::Word && built_in & numbers::bit(numbers::WORD) != 0 {
            self.take(place, numbers::WORD, SlotValue::None, at as u32 + 1);
        }
    }

    /// Takes a step.
    fn take(&mut self, place: &Place, slot: SlotId, value: SlotValue, end: u32) {
        let automaton = &self.rules.automaton;
        let at = end as usize;
        let goes_on = place.depth + 1 < DEEPEST
            && self.tokens.get(at).is_some_and(|t| t.gap < Gap::Paragraph);
        for arc in automaton.arcs_of(place.state, slot) {
            if arc.slot != slot {
                break;
            }
            let goes_on = goes_on && self.cache.finishes(at, arc.to);
            if !arc.ends && !goes_on || arc.touch && self.tokens[place.at].gap != Gap::Glued {
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
            for &pattern in automaton.accepts(automaton.state(arc.to)) {
                self.found.push(Found {
                    pattern,
                    rule: automaton.rule(pattern),
                    end,
                    step,
                });
            }
            if goes_on {
                self.go_on(&Place {
                    state: arc.to,
                    at,
                    before: step,
                    depth: place.depth + 1,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_languages::Library;

    /// What lets the matcher pass over text must not pass over a match: where nothing is known of the tokens,
    /// it must find the same.
    #[test]
    fn the_walk_back_loses_no_match() {
        let library = Library::embedded();
        let mut found = 0;
        for folder in library.folders() {
            let Ok(pack) = library.pack(folder.tag) else {
                continue;
            };
            let rules = RuleSet::new(&pack).unwrap_or_else(|e| panic!("{}: {e}", pack.tag));
            let mut scratch = Scratch::default();
            for example in rules.rules.iter().flat_map(|r| &r.examples) {
                let text = &example.text;
                let mut tokens = Vec::new();
                tokenize(text, &mut tokens);
                rules.lexicon.mark(&mut tokens);
                let mut matches = Vec::new();
                rules.matches(text, &tokens, &mut scratch, |m| matches.push(m.clone()));
                let mut all = Scratch::default();
                all.cache.know_nothing(&rules.reverse, &tokens);
                let mut i = 0;
                rules.matches_from_starts(text, &tokens, &mut all, |m| {
                    assert_eq!(matches.get(i), Some(m), "{}: «{text}»", pack.tag);
                    i += 1;
                });
                assert_eq!(i, matches.len(), "{}: «{text}»", pack.tag);
                found += i;
            }
        }
        assert!(found > 2_000, "only {found} matches were looked at");
    }

    /// What a thread remembers of other texts changes no match, however near the texts are to each other.
    #[test]
    fn what_is_remembered_changes_no_match() {
        let library = Library::embedded();
        let variants: [fn(&str) -> String; 4] = [
            |text| text.replace('-', "\u{2011}"),
            str::to_owned,
            |text| text.replace(|c: char| c.is_ascii_digit(), "0"),
            |text| {
                let digits = |c: char| if c.is_ascii_digit() { '9' } else { c };
                text.chars().map(digits).collect()
            },
        ];
        for folder in library.folders() {
            let Ok(pack) = library.pack(folder.tag) else {
                continue;
            };
            let rules = RuleSet::new(&pack).unwrap_or_else(|e| panic!("{}: {e}", pack.tag));
            let read = |text: &str, scratch: &mut Scratch| {
                let mut tokens = Vec::new();
                tokenize(text, &mut tokens);
                rules.lexicon.mark(&mut tokens);
                let mut matches = Vec::new();
                rules.matches(text, &tokens, scratch, |m| matches.push(m.clone()));
                matches
            };
            let mut scratch = Scratch::default();
            let texts = [
                "000 005 5",
                "twenty\u{2011}one days ago",
                "twenty-one days ago",
            ];
            let examples = rules.rules.iter().flat_map(|r| &r.examples);
            for text in examples.map(|e| &*e.text).chain(texts) {
                for variant in variants {
                    let text = variant(text);
                    let fresh = read(&text, &mut Scratch::default());
                    assert_eq!(read(&text, &mut scratch), fresh, "{}: «{text}»", pack.tag);
                }
            }
        }
    }
}
