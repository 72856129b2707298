//! Lines become blocks: a paragraph, a heading, an entry of a list. Line ends that only wrap a
//! paragraph to a width are undone here.

use crate::reader::Reader;
use dateline_model::Zone;
use dateline_text::{Case, Gap};

/// What stands between two line ends that mean something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) zone: Zone,
    /// Whether it ends as a sentence does.
    pub(crate) stop: bool,
}

impl Block {
    /// Number of tokens.
    pub(crate) fn size(&self) -> usize {
        self.end - self.first
    }

    /// Running text: long enough, and ended by a stop.
    pub(crate) fn prose(&self) -> bool {
        self.stop && self.size() >= 14
    }
}

/// Widths of lines, in characters, between which a text may be wrapped.
const WRAPPED: std::ops::RangeInclusive<usize> = 30..=130;
/// A line of more bytes is a paragraph; its characters are not counted.
const LONG: usize = 600;

/// The blocks of a text; they tile the tokens.
pub(crate) fn blocks(reader: &Reader<'_>) -> Vec<Block> {
    let mut lines = Vec::with_capacity(16);
    let mut first = 0;
    let mut single = 0;
    for &i in reader.breaks {
        let i = i as usize;
        let gap = reader.tokens[i].gap;
        if gap >= Gap::Line && i > 0 {
            lines.push(line(reader, first, i));
            first = i;
            single += usize::from(gap == Gap::Line);
        }
    }
    if first < reader.tokens.len() {
        lines.push(line(reader, first, reader.tokens.len()));
    }
    if single > 0 {
        unwrap_lines(reader, lines)
    } else {
        lines
    }
}

fn line(reader: &Reader<'_>, first: usize, end: usize) -> Block {
    Block {
        first,
        end,
        zone: Zone::Body,
        stop: reader.stops(first, end),
    }
}

/// How the line after a line begins and how wide the line is.
#[derive(Clone, Copy, Default)]
struct Turn {
    /// Characters of the line, 0 where no single line end follows or the line is long.
    width: usize,
    /// Characters of the next line's first word.
    word: usize,
    /// The sentence goes on: no stop here, a small letter there.
    goes_on: bool,
    /// The next line has no capital where the script has capitals at all.
    caseless: bool,
}

fn unwrap_lines(reader: &Reader<'_>, lines: Vec<Block>) -> Vec<Block> {
    let mut turns = vec![Turn::default(); lines.len()];
    let (mut goes_on, mut open, mut width) = (0, 0, 0);
    let (mut narrow, mut wide, mut caseless) = (usize::MAX, 0, 0);
    for i in 1..lines.len() {
        let (line, next) = (&lines[i - 1], &lines[i]);
        let start = &reader.tokens[next.first];
        if start.gap != Gap::Line {
            continue;
        }
        let turn = turn(reader, line, next);
        turns[i - 1] = turn;
        if line.stop || !WRAPPED.contains(&turn.width) {
            continue;
        }
        open += 1;
        narrow = narrow.min(turn.width);
        wide = wide.max(turn.width);
        caseless += usize::from(turn.caseless);
        if turn.goes_on {
            goes_on += 1;
            width = width.max(turn.width);
        }
    }
    // Small letters after the line end show wrapping; without case, lines of one width do.
    let by_width = caseless >= 4 && caseless * 10 >= open * 9 && wide - narrow.min(wide) <= 10;
    if by_width {
        width = wide;
    }
    let wrapped = by_width || goes_on > 0 && goes_on * 2 >= open;
    let mut blocks: Vec<Block> = Vec::with_capacity(lines.len());
    for (i, next) in lines.iter().enumerate() {
        let turn = if i > 0 { turns[i - 1] } else { Turn::default() };
        let full = wrapped
            && turn.width > 0
            && turn.width <= width + width / 4
            && turn.width + 1 + turn.word + 2 > width;
        match blocks.last_mut() {
            Some(block) if turn.goes_on || full => {
                block.end = next.end;
                block.stop = next.stop;
            }
            _ => blocks.push(*next),
        }
    }
    blocks
}

fn turn(reader: &Reader<'_>, line: &Block, next: &Block) -> Turn {
    let tokens = reader.tokens;
    let (from, to) = (
        tokens[line.first].start as usize,
        tokens[line.end - 1].end as usize,
    );
    if to - from > LONG {
        return Turn::default();
    }
    let width = characters(reader.text, from, to);
    let start = &tokens[next.first];
    // A line that says what it is («par …», «publié le …») begins anew.
    if reader.bits(next.first) & reader.slots.phrases != 0
        && reader.phrase(next.first, next.end, true).is_some()
    {
        return Turn::default();
    }
    let small = start.case == Case::Lower && !line.stop && width >= *WRAPPED.start();
    // … and one that says what it is ends where it ends.
    let whole = small
        && (reader.bits(line.first) & reader.slots.phrases != 0
            && reader.phrase(line.first, line.end, true).is_some()
            || reader.page_furniture(line, true).is_some());
    Turn {
        width,
        word: characters(reader.text, start.start as usize, start.end as usize),
        goes_on: small && !whole,
        caseless: start.case == Case::None && start.kind != dateline_text::Kind::Symbol,
    }
}

fn characters(text: &str, from: usize, to: usize) -> usize {
    text.as_bytes()
        .get(from..to)
        .map_or(0, |b| b.iter().filter(|&&b| b & 0xC0 != 0x80).count())
}
