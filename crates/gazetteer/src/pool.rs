//! Strings by numbers: what millions of names need in few allocations.

use crate::Error;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Strings, each kept once.
#[derive(Default)]
pub(crate) struct Pool {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    known: HashTable<u32>,
}

fn hash(string: &[u8]) -> u64 {
    FxBuildHasher.hash_one(string)
}

impl Pool {
    /// The number of a string, counted from 0.
    pub fn add(&mut self, string: &[u8]) -> Result<u32, Error> {
        if let Some(number) = self.find(string) {
            return Ok(number);
        }
        self.bytes.extend_from_slice(string);
        let end = u32::try_from(self.bytes.len()).map_err(|_| Error::TooLarge("its strings"))?;
        let number = self.ends.len() as u32;
        self.ends.push(end);
        let Self { bytes, ends, known } = self;
        known.insert_unique(hash(string), number, |n| hash(slice(bytes, ends, *n)));
        Ok(number)
    }

    /// The number of a string that is there.
    pub fn find(&self, string: &[u8]) -> Option<u32> {
        let equal = |n: &u32| self.get(*n) == string;
        self.known.find(hash(string), equal).copied()
    }

    /// The string of a number; empty where there is none.
    pub fn get(&self, number: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, number)
    }

    /// The same of strings that are text.
    pub fn text(&self, number: u32) -> &str {
        std::str::from_utf8(self.get(number)).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// For each number its place in the order of the bytes.
    pub fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.ends.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.get(*a).cmp(self.get(*b)));
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.iter().enumerate() {
            if let Some(place) = ranks.get_mut(*number as usize) {
                *place = rank as u32;
            }
        }
        ranks
    }
}

fn slice<'p>(bytes: &'p [u8], ends: &[u32], number: u32) -> &'p [u8] {
    let end = |n: u32| ends.get(n as usize).copied();
    let begin = number.checked_sub(1).and_then(end).unwrap_or(0);
    end(number)
        .and_then(|end| bytes.get(begin as usize..end as usize))
        .unwrap_or_default()
}
