//! All patterns of a language as one automaton over slots.
//!
//! Each pattern becomes a graph as it is written (see [`Node`]); the subsets of states that the
//! graphs of all patterns can be in together are the states of the automaton, so that a search
//! costs the same however many rules begin alike. A trie of all linear sequences has about ten times as many
//! (English 4,300 for 520), and most of them had to be sorted out again. Which pattern a search ended in is known; what the
//! slots are called in it is found by walking its graph again, for the match that counts.

use crate::numbers::{self, BUILT_IN};
use crate::pattern::Node;
use dateline_languages::SlotId;
use rustc_hash::FxHashMap;

/// Five hundred times what English needs.
const MOST_STATES: usize = 1 << 18;

/// Most elements that a match may have.
pub(crate) const DEEPEST: usize = 24;

/// A state of the graph of one pattern: what may follow.
#[derive(Debug, PartialEq, Eq, Hash, Clone)]
enum Graph {
    /// The end of a pattern.
    End(u32),
    /// An element: its slots in order, its name (empty for words), and what comes then.
    Element(Box<[SlotId]>, &'static str, u32),
    /// One of these states, at no cost.
    Any(Vec<u32>),
    /// The next element touches the one before.
    Touch(u32),
    /// The reported span begins here.
    SpanStart(u32),
    /// It ends here.
    SpanEnd(u32),
}

/// The built-in slots, whose ids count down from the top, come before those of the lexicon.
#[inline]
pub(crate) fn slot_index(slot: SlotId) -> usize {
    usize::from(slot.0.wrapping_add(BUILT_IN.len() as u16))
}

/// A bit that tells most slots apart.
#[inline]
pub(crate) fn bit(slot: SlotId) -> u64 {
    1 << (slot.0 % 64)
}

/// A step from state to state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    pub(crate) slot: SlotId,
    /// Whether the slot must touch what stands before it.
    pub(crate) touch: bool,
    /// Whether a pattern ends where it leads.
    pub(crate) ends: bool,
    pub(crate) to: u32,
}

/// A state of the automaton.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    /// The bits of the slots of its arcs, by [`bit`].
    pub(crate) bits: u64,
    /// Its built-in slots, by [`numbers::bit`].
    pub(crate) built_in: u16,
    arcs: u32,
    accepts: u32,
    n_arcs: u32,
    n_accepts: u32,
}

/// What the steps of a match are in its pattern.
#[derive(Debug, Default)]
pub(crate) struct Binding {
    /// The steps whose slots have names.
    pub(crate) names: Vec<(u8, &'static str)>,
    starts: Vec<u8>,
    ends: Vec<u8>,
}

impl Binding {
    /// The reported spans: how many steps stand before each begins and before it ends.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (u8, u8)> {
        self.starts.iter().copied().zip(self.ends.iter().copied())
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Automaton {
    states: Vec<State>,
    /// Each state's arcs by slot, those that need not touch before those that must.
    arcs: Vec<Arc>,
    /// Where the root's arcs of each slot begin in `arcs`, by [`slot_index`]: every search begins there.
    root: Vec<u32>,
    /// Patterns that end in each state, one for each rule.
    accepts: Vec<u32>,
    graph: Vec<Graph>,
    /// Rule and first state in the graph of each pattern.
    patterns: Vec<(u32, u32)>,
}

impl Automaton {
    /// The state that every search begins in.
    pub(crate) const ROOT: u32 = 0;

    #[inline]
    pub(crate) fn state(&self, state: u32) -> &State {
        &self.states[state as usize]
    }

    #[inline]
    pub(crate) fn arcs(&self, state: &State) -> &[Arc] {
        &self.arcs[state.arcs as usize..][..state.n_arcs as usize]
    }

    /// The patterns that end in a state.
    #[inline]
    pub(crate) fn accepts(&self, state: &State) -> &[u32] {
        &self.accepts[state.accepts as usize..][..state.n_accepts as usize]
    }

    /// The arcs of a state from those of a slot on; there may be none of the slot.
    #[inline]
    pub(crate) fn arcs_of(&self, state: u32, slot: SlotId) -> &[Arc] {
        let arcs = self.arcs(self.state(state));
        if state == Self::ROOT {
            let from = self.root.get(slot_index(slot)).copied();
            return &arcs[from.map_or(arcs.len(), |f| f as usize)..];
        }
        let mut from = 0;
        // By halves, as long as there are many; written out, since it is the innermost of all.
        let mut n = arcs.len();
        while n > 8 {
            let half = n / 2;
            if arcs[from + half].slot < slot {
                from += half;
            }
            n -= half;
        }
        while arcs.get(from).is_some_and(|a| a.slot < slot) {
            from += 1;
        }
        &arcs[from..]
    }

    /// The rule of a pattern.
    #[inline]
    pub(crate) fn rule(&self, pattern: u32) -> u32 {
        self.patterns[pattern as usize].0
    }

    pub(crate) fn states(&self) -> impl ExactSizeIterator<Item = &State> {
        self.states.iter()
    }

    /// Names and spans of a match of `pattern` by its steps: their slots, and whether they had to touch.
    pub(crate) fn bind(&self, pattern: u32, steps: &[(SlotId, bool)]) -> Binding {
        let mut binding = Binding::default();
        let start = self.patterns[pattern as usize].1;
        self.follow(start, steps, 0, false, &mut binding);
        // They were written down on the way back.
        binding.names.reverse();
        binding.starts.reverse();
        binding.ends.reverse();
        binding
    }

    fn follow(
        &self,
        at: u32,
        steps: &[(SlotId, bool)],
        i: usize,
        touch: bool,
        binding: &mut Binding,
    ) -> bool {
        match &self.graph[at as usize] {
            Graph::End(_) => i == steps.len(),
            Graph::Element(slots, name, to) => {
                let Some(step) = steps.get(i) else {
                    return false;
                };
                if step.1 != touch || slots.binary_search(&step.0).is_err() {
                    return false;
                }
                let found = self.follow(*to, steps, i + 1, false, binding);
                if found && !name.is_empty() {
                    binding.names.push((i as u8, name));
                }
                found
            }
            Graph::Any(states) => states
                .iter()
                .any(|s| self.follow(*s, steps, i, touch, binding)),
            Graph::Touch(to) => self.follow(*to, steps, i, true, binding),
            Graph::SpanStart(to) => {
                let found = self.follow(*to, steps, i, touch, binding);
                if found {
                    binding.starts.push(i as u8);
                }
                found
            }
            Graph::SpanEnd(to) => {
                let found = self.follow(*to, steps, i, touch, binding);
                if found {
                    binding.ends.push(i as u8);
                }
                found
            }
        }
    }
}

/// Makes an automaton, pattern by pattern.
pub(crate) struct Builder<S> {
    graph: Vec<Graph>,
    /// Equal states are one: much of a pattern is written more than once.
    known: FxHashMap<Graph, u32>,
    names: FxHashMap<String, &'static str>,
    patterns: Vec<(u32, u32)>,
    /// The slot of a name (`Ok`) or of a literal (`Err`), if the language has it.
    slot: S,
}

impl<S: Fn(Result<&str, &str>) -> Option<SlotId>> Builder<S> {
    pub(crate) fn new(slot: S) -> Self {
        Self {
            graph: Vec::new(),
            known: FxHashMap::default(),
            names: FxHashMap::default(),
            patterns: Vec::new(),
            slot,
        }
    }

    /// Adds a pattern. Ways through it with a slot that no table of the language fills are left out.
    pub(crate) fn add(&mut self, rule: u32, pattern: &[Vec<Node>]) {
        let end = self.state(Graph::End(self.patterns.len() as u32));
        if let Some(start) = self.alternatives(pattern, end) {
            self.patterns.push((rule, start));
        }
    }

    fn state(&mut self, state: Graph) -> u32 {
        if let Some(known) = self.known.get(&state) {
            return *known;
        }
        let id = self.graph.len() as u32;
        self.graph.push(state.clone());
        self.known.insert(state, id);
        id
    }

    fn alternatives(&mut self, alternatives: &[Vec<Node>], next: u32) -> Option<u32> {
        let ways: Vec<u32> = alternatives
            .iter()
            .filter_map(|nodes| {
                let mut nodes = nodes.iter().rev();
                nodes.try_fold(next, |next, node| self.node(node, next))
            })
            .collect();
        match ways[..] {
            [] => None,
            [one] => Some(one),
            _ => Some(self.state(Graph::Any(ways))),
        }
    }

    /// The state in which `node` follows, and then `next`.
    fn node(&mut self, node: &Node, next: u32) -> Option<u32> {
        let state = match node {
            Node::Slot { name, slot } => {
                let slot = (self.slot)(Ok(slot))?;
                Graph::Element([slot].into(), self.name(name), next)
            }
            Node::Literals(words) => {
                let slots = words.iter().filter_map(|w| (self.slot)(Err(w)));
                let mut slots: Vec<SlotId> = slots.collect();
                if slots.is_empty() {
                    return None;
                }
                slots.sort_unstable();
                slots.dedup();
                Graph::Element(slots.into(), "", next)
            }
            Node::Group(alternatives) => return self.alternatives(alternatives, next),
            Node::Optional(inner) => match self.node(inner, next) {
                Some(with) => Graph::Any(vec![with, next]),
                None => return Some(next),
            },
            Node::Touch => Graph::Touch(next),
            Node::SpanStart => Graph::SpanStart(next),
            Node::SpanEnd => Graph::SpanEnd(next),
        };
        Some(self.state(state))
    }

    fn name(&mut self, name: &str) -> &'static str {
        if let Some(known) = self.names.get(name) {
            return known;
        }
        let leaked: &'static str = Box::leak(name.to_owned().into_boxed_str());
        self.names.insert(name.to_owned(), leaked);
        leaked
    }

    /// The automaton of all patterns; `None` if they are so entangled that it would fill the memory.
    pub(crate) fn build(self) -> Option<Automaton> {
        let mut closures = Closures {
            graph: &self.graph,
            known: vec![None; self.graph.len()],
            seen: vec![[0; 2]; self.graph.len()],
            round: 0,
        };
        let mut automaton = Automaton::default();
        let mut numbers: FxHashMap<Box<[u32]>, u32> = FxHashMap::default();
        // The states of the graph that each state stands for.
        let mut members: Vec<Box<[u32]>> = Vec::new();
        let mut root: Vec<u32> = self.patterns.iter().map(|p| p.1).collect();
        root.sort_unstable();
        root.dedup();
        members.push(root.into());
        let mut arcs: Vec<(u32, u32)> = Vec::new();
        let mut to: Vec<u32> = Vec::new();
        while let Some(subset) = members.get(automaton.states.len()).cloned() {
            if members.len() > MOST_STATES {
                return None;
            }
            arcs.clear();
            let first_accept = automaton.accepts.len();
            for member in &subset {
                let closure = closures.of(*member);
                arcs.extend_from_slice(&closure.arcs);
                automaton.accepts.extend_from_slice(&closure.ends);
            }
            if automaton.states.is_empty() {
                // Nothing is no match.
                automaton.accepts.clear();
            }
            // Of several patterns of a rule the first counts.
            automaton.accepts[first_accept..].sort_unstable();
            let mut rules: Vec<u32> = Vec::new();
            let mut kept = first_accept;
            for i in first_accept..automaton.accepts.len() {
                let pattern = automaton.accepts[i];
                let rule = self.patterns[pattern as usize].0;
                if !rules.contains(&rule) {
                    rules.push(rule);
                    automaton.accepts[kept] = pattern;
                    kept += 1;
                }
            }
            automaton.accepts.truncate(kept);
            arcs.sort_unstable();
            arcs.dedup();
            let first_arc = automaton.arcs.len();
            for same in arcs.chunk_by(|a, b| a.0 == b.0) {
                to.clear();
                to.extend(same.iter().map(|a| a.1));
                let number = match numbers.get(&to[..]) {
                    Some(number) => *number,
                    None => {
                        let number = members.len() as u32;
                        let subset: Box<[u32]> = to[..].into();
                        members.push(subset.clone());
                        numbers.insert(subset, number);
                        number
                    }
                };
                automaton.arcs.push(Arc {
                    slot: SlotId((same[0].0 >> 1) as u16),
                    touch: same[0].0 & 1 == 1,
                    ends: false,
                    to: number,
                });
            }
            let (mut bits, mut built_in) = (0, 0);
            for arc in &automaton.arcs[first_arc..] {
                bits |= bit(arc.slot);
                if numbers::name(arc.slot).is_some() {
                    built_in |= numbers::bit(arc.slot);
                }
            }
            automaton.states.push(State {
                bits,
                built_in,
                arcs: first_arc as u32,
                accepts: first_accept as u32,
                n_arcs: (automaton.arcs.len() - first_arc) as u32,
                n_accepts: (automaton.accepts.len() - first_accept) as u32,
            });
        }
        for arc in &mut automaton.arcs {
            arc.ends = automaton.states[arc.to as usize].n_accepts > 0;
        }
        let root = automaton.states[0];
        for i in (0..root.n_arcs).rev() {
            let index = slot_index(automaton.arcs(&root)[i as usize].slot);
            if automaton.root.len() <= index {
                automaton.root.resize(index + 1, root.n_arcs);
            }
            automaton.root[index] = i;
        }
        automaton.graph = self.graph;
        automaton.patterns = self.patterns;
        Some(automaton)
    }
}

/// What can be reached from a state of the graph by one element.
#[derive(Debug, Default, Clone)]
struct Closure {
    /// Slot and touch in one number, by which arcs are sorted; the state after it.
    arcs: Vec<(u32, u32)>,
    /// Patterns that may end here.
    ends: Vec<u32>,
}

struct Closures<'g> {
    graph: &'g [Graph],
    known: Vec<Option<Closure>>,
    /// In which round a state was seen, without touch and with it.
    seen: Vec<[u32; 2]>,
    round: u32,
}

impl Closures<'_> {
    fn of(&mut self, state: u32) -> &Closure {
        if self.known[state as usize].is_none() {
            self.round += 1;
            let mut closure = Closure::default();
            self.gather(state, false, &mut closure);
            self.known[state as usize] = Some(closure);
        }
        self.known[state as usize].get_or_insert_default()
    }

    fn gather(&mut self, state: u32, touch: bool, closure: &mut Closure) {
        let seen = &mut self.seen[state as usize][usize::from(touch)];
        if *seen == self.round {
            return;
        }
        *seen = self.round;
        let graph = self.graph;
        match &graph[state as usize] {
            Graph::End(pattern) => closure.ends.push(*pattern),
            Graph::Element(slots, _, to) => closure.arcs.extend(
                slots
                    .iter()
                    .map(|slot| (u32::from(slot.0) << 1 | u32::from(touch), *to)),
            ),
            Graph::Any(states) => {
                for s in states {
                    self.gather(*s, touch, closure);
                }
            }
            Graph::Touch(to) => self.gather(*to, true, closure),
            Graph::SpanStart(to) | Graph::SpanEnd(to) => self.gather(*to, touch, closure),
        }
    }
}
