//! The matcher: one trie over slots for all rules of a kind, walked from triggers.

use crate::numbers::{self, NumberSlots, NumberStyle};
use crate::pattern::{Step, sequences};
use crate::rule::{Error, Rule, read_rules};
use dateline_languages::{Lexicon, Pack, SlotId, Value};
use dateline_text::{Gap, Kind, Token};
use rustc_hash::FxHashMap;

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

/// The rules of one language, compiled with its tables.
#[derive(Debug)]
pub struct RuleSet {
    /// The rules, parents' first.
    pub rules: Vec<Rule>,
    /// The compiled tables, shared by whoever asks for words.
    pub lexicon: Lexicon,
    guards: Vec<Guards>,
    nodes: Vec<TrieNode>,
    slots: NumberSlots,
    /// Slots that can take part in a match.
    useful: u64,
    /// Slots that a match cannot do without.
    triggers: u64,
}

/// How many tokens before a trigger a match may begin.
const REACH: usize = 10;

impl RuleSet {
    /// Compiles a pack.
    pub fn new(pack: &Pack) -> Result<Self, Error> {
        let rules = read_rules(&pack.rules)?;
        let mut steps: Vec<(u32, Vec<Step>)> = Vec::new();
        let mut literals: Vec<String> = Vec::new();
        for (i, rule) in rules.iter().enumerate() {
            for pattern in &rule.patterns {
                let all = sequences(pattern)
                    .map_err(|message| Error::Rule { id: rule.id.into(), message })?;
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
                        .map_err(|message| Error::Rule { id: rule.id.into(), message })
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
            style: NumberStyle::new(&pack.language.decimal, &pack.language.group),
        };
        let mut this = Self {
            guards: Vec::new(),
            nodes: vec![TrieNode::default()],
            useful: 0,
            triggers: 0,
            rules,
            lexicon,
            slots,
        };
        for (rule, sequence) in steps {
            this.insert(rule, &sequence);
        }
        for side in sides {
            let [a, b, c, d] = side.map(|s| s.map(|s| this.side(&s)));
            this.guards.push(Guards { when_before: a, when_after: b, unless_before: c, unless_after: d });
        }
        Ok(this)
    }

    fn resolve(&self, step: &Step) -> Option<SlotId> {
        match step {
            Step::Slot { slot, .. } => numbers::built_in(slot).or_else(|| self.lexicon.slot(slot)),
            Step::Literal(word) => self.lexicon.slot(&format!("={}", dateline_text::fold(word))),
            _ => None,
        }
    }

    fn side(&self, sequences: &[Vec<Step>]) -> Side {
        Side { slots: sequences.iter().flatten().filter_map(|s| self.resolve(s)).collect() }
    }

    /// Adds one linear pattern; one with a slot that no table of the language fills is left out.
    fn insert(&mut self, rule: u32, sequence: &[Step]) {
        let real = |s: &&Step| matches!(s, Step::Slot { .. } | Step::Literal(_));
        if sequence.iter().filter(real).any(|s| self.resolve(s).is_none()) {
            return;
        }
        let mut node = 0u32;
        let mut names: Vec<&'static str> = Vec::new();
        let mut touch = false;
        let mut span = (0u8, u8::MAX);
        let mut trigger: Option<(u32, SlotId)> = None;
        for step in sequence {
            match step {
                Step::Touch => touch = true,
                Step::SpanStart => span.0 = names.len() as u8,
                Step::SpanEnd => span.1 = names.len() as u8,
                Step::Slot { .. } | Step::Literal(_) => {
                    let Some(slot) = self.resolve(step) else { return };
                    let (name, rank) = match step {
                        Step::Slot { name, slot: s } => (&*name.clone().leak(), rank(s)),
                        _ => ("", 9),
                    };
                    names.push(name);
                    if trigger.is_none_or(|t| rank < t.0) {
                        trigger = Some((rank, slot));
                    }
                    if slot.0 < u16::MAX - 32 {
                        self.useful |= 1 << (slot.0 % 64);
                    }
                    node = self.child(node, slot, touch);
                    touch = false;
                }
            }
        }
        if let Some((rank, slot)) = trigger
            && rank > 0
        {
            self.triggers |= 1 << (slot.0 % 64);
        }
        for s in [self.slots.number, self.slots.ordinal].into_iter().flatten() {
            self.useful |= 1 << (s.0 % 64);
        }
        let count = names.len() as u8;
        let accept = Accept { rule, names: names.into(), span: (span.0, span.1.min(count)) };
        self.nodes[node as usize].accepts.push(accept);
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
        let mut scratch = Scratch::default();
        let mut free = 0usize;
        for trigger in 0..tokens.len() {
            let token = &tokens[trigger];
            let wakes = token.kind == Kind::Number
                || (token.entry != 0 && self.lexicon.bits(token.entry) & self.triggers != 0);
            if !wakes || trigger < free {
                continue;
            }
            let mut start = trigger;
            while start > free && trigger - start < REACH && self.reaches_back(tokens, start) {
                start -= 1;
            }
            while start <= trigger {
                if let Some((m, end)) = self.longest(text, tokens, start, &mut scratch)
                    && end > trigger
                {
                    out.push(m);
                    free = end;
                    break;
                }
                start += 1;
            }
            free = free.max(trigger.saturating_sub(REACH));
        }
    }

    /// Whether a match that includes token `i` may begin before it.
    fn reaches_back(&self, tokens: &[Token], i: usize) -> bool {
        if tokens[i].gap >= Gap::Paragraph {
            return false;
        }
        let before = &tokens[i - 1];
        before.kind == Kind::Number
            || (before.entry != 0 && self.lexicon.bits(before.entry) & self.useful != 0)
            || before.kind == Kind::Symbol
            // The later tokens of a table phrase need no entry of their own.
            || (i >= 2 && tokens[i - 2].entry != 0 && self.lexicon.bits(tokens[i - 2].entry) & self.useful != 0)
    }

    fn longest(&self, text: &str, tokens: &[Token], start: usize, scratch: &mut Scratch) -> Option<(Match, usize)> {
        scratch.path.clear();
        scratch.found.clear();
        scratch.cache.clear();
        self.walk(text, tokens, 0, start, scratch);
        let found = std::mem::take(&mut scratch.found);
        let best = found
            .iter()
            .filter(|f| self.borders(text, tokens, start, f.end) && self.guarded(text, tokens, start, f))
            .max_by(|a, b| {
                let (x, y) = (&self.rules[a.rule as usize], &self.rules[b.rule as usize]);
                a.end.cmp(&b.end).then(x.priority.cmp(&y.priority)).then(y.id.cmp(x.id))
            })
            .map(|f| (self.finish(start, f), f.end));
        scratch.found = found;
        best
    }

    fn finish(&self, start: usize, f: &Found) -> Match {
        let accept = &self.nodes[f.node as usize].accepts[f.accept as usize];
        let position = |step: usize| if step == 0 { start } else { f.path[step - 1].1 as usize };
        let slots = accept
            .names
            .iter()
            .zip(&f.path)
            .filter(|(n, _)| !n.is_empty())
            .map(|(n, p)| (*n, p.0))
            .collect();
        Match {
            rule: accept.rule,
            start: position(accept.span.0 as usize) as u32,
            end: position(accept.span.1 as usize) as u32,
            slots,
        }
    }

    /// A match must not cut a number: «3» of «3.5», «10» of «B10».
    fn borders(&self, text: &str, tokens: &[Token], start: usize, end: usize) -> bool {
        let number = |i: usize| tokens.get(i).is_some_and(|t| t.kind == Kind::Number);
        let mark = |i: usize| {
            tokens.get(i).is_some_and(|t| {
                t.gap == Gap::Glued && matches!(t.of(text), "." | "," | "/" | ":" | "-" | "'" | "–" | "%" | "_" | "=" | "&" | "@")
            })
        };
        if number(start) && tokens[start].gap == Gap::Glued && start > 0 {
            let before = &tokens[start - 1];
            if before.kind == Kind::Word && !before.script.unspaced() {
                return false;
            }
            if matches!(before.of(text), "$" | "€" | "£" | "#" | "_" | "=" | "&" | "@" | "+") {
                return false;
            }
            if start > 1 && mark(start - 1) && (number(start - 2) || tokens[start - 2].kind == Kind::Word && before.of(text) == "/") {
                return false;
            }
        }
        if number(end - 1) {
            if mark(end) && (number(end + 1) && tokens[end + 1].gap == Gap::Glued || tokens[end].of(text) == "%") {
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

    fn guarded(&self, text: &str, tokens: &[Token], start: usize, f: &Found) -> bool {
        let g = &self.guards[f.rule as usize];
        let after = |side: &Side| self.occurs(text, tokens, f.end, &side.slots, None);
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
    fn occurs(&self, text: &str, tokens: &[Token], i: usize, slots: &[SlotId], end: Option<u32>) -> bool {
        if i >= tokens.len() || tokens[i].gap >= Gap::Paragraph && end.is_none() {
            return false;
        }
        let mut hit = false;
        self.each(text, tokens, i, &mut |slot, _, e| {
            hit |= slots.contains(&slot) && end.is_none_or(|end| e == end);
        });
        hit
    }

    fn each(&self, text: &str, tokens: &[Token], i: usize, f: &mut impl FnMut(SlotId, SlotValue, u32)) {
        self.lexicon.at(text, tokens, i, |o| f(o.slot, o.value.into(), o.end));
        numbers::at(&self.slots, &self.lexicon, text, tokens, i, f);
    }

    fn walk(&self, text: &str, tokens: &[Token], node: u32, at: usize, scratch: &mut Scratch) {
        let n = &self.nodes[node as usize];
        for (i, accept) in n.accepts.iter().enumerate() {
            scratch.found.push(Found {
                rule: accept.rule,
                node,
                accept: i as u32,
                end: at,
                path: scratch.path.clone(),
            });
        }
        if n.children.is_empty() || at >= tokens.len() || scratch.path.len() >= 24 {
            return;
        }
        let gap = tokens[at].gap;
        if !scratch.path.is_empty() && gap >= Gap::Paragraph {
            return;
        }
        if !scratch.cache.contains_key(&at) {
            let mut all = Vec::new();
            self.each(text, tokens, at, &mut |slot, value, end| all.push((slot, value, end)));
            scratch.cache.insert(at, all);
        }
        let count = scratch.cache.get(&at).map_or(0, Vec::len);
        for k in 0..count {
            let Some(&(slot, value, end)) = scratch.cache.get(&at).and_then(|a| a.get(k)) else { break };
            for &(want, touch, child) in &n.children {
                if want == slot && (!touch || gap == Gap::Glued) {
                    scratch.path.push((value, end));
                    self.walk(text, tokens, child, end as usize, scratch);
                    scratch.path.pop();
                }
            }
        }
    }
}

/// How rare a slot is in text: the rarest of a rule is its trigger. 0 = numbers, which always wake.
fn rank(slot: &str) -> u32 {
    match slot {
        "int" | "day" | "month_number" | "year" | "recent_year" | "year2" | "hour" | "minute" => 0,
        "number" | "ordinal" => 8,
        "word" => 10,
        "month" | "weekday" | "season" | "relative_day" | "holiday" | "relative_unit" => 1,
        "unit" | "part_of_day" | "vague" => 2,
        _ => 5,
    }
}

#[derive(Default)]
struct Scratch {
    path: Vec<(SlotValue, u32)>,
    found: Vec<Found>,
    cache: FxHashMap<usize, Vec<(SlotId, SlotValue, u32)>>,
}

#[derive(Debug)]
struct Found {
    rule: u32,
    node: u32,
    accept: u32,
    end: usize,
    path: Vec<(SlotValue, u32)>,
}
