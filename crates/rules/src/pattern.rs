//! The small languages of `match` and `value`.
//!
//! ```text
//! match   = element …                elements stand one after another
//! element = {slot} | {name:slot}     an occurrence of a slot, bound to its name
//!         | [word|two words|,]       literals; case does not matter
//!         | ( a … | b … )            alternatives
//!         | element?                 may be missing
//!         | ~                        the next element touches the one before
//!         | «  »                     borders of the reported span (default: the whole match);
//!                                    two pairs report two spans («3» and «5 March»)
//! value   = name(arg, …)             arguments: slots, numbers, words, _ for nothing, calls
//! ```

/// A step of one linear pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Slot { name: String, slot: String },
    Literal(String),
    Touch,
    SpanStart,
    SpanEnd,
}

#[derive(Debug, Clone)]
enum Node {
    Step(Step),
    Literals(Vec<String>),
    Group(Vec<Vec<Node>>),
    Optional(Box<Node>),
}

/// All linear sequences that a pattern stands for.
pub(crate) fn sequences(pattern: &str) -> Result<Vec<Vec<Step>>, String> {
    let mut parser = Parser { rest: pattern };
    let alternatives = parser.alternatives()?;
    if !parser.rest.trim().is_empty() {
        return Err(format!("cannot read the pattern from «{}»", parser.rest));
    }
    let mut all = Vec::new();
    for nodes in &alternatives {
        all.extend(expand(nodes));
        if all.len() > 20_000 {
            return Err("the pattern stands for more than 20,000 sequences: split the rule".into());
        }
    }
    all.retain(|s| {
        s.iter()
            .any(|x| matches!(x, Step::Slot { .. } | Step::Literal(_)))
    });
    all.sort();
    all.dedup();
    Ok(all)
}

fn expand(nodes: &[Node]) -> Vec<Vec<Step>> {
    let mut done: Vec<Vec<Step>> = vec![Vec::new()];
    for node in nodes {
        let parts: Vec<Vec<Step>> = expand_one(node);
        done = done
            .iter()
            .flat_map(|d| {
                parts.iter().map(move |p| {
                    let mut d = d.clone();
                    d.extend(p.iter().cloned());
                    d
                })
            })
            .collect();
    }
    done
}

fn expand_one(node: &Node) -> Vec<Vec<Step>> {
    match node {
        Node::Step(s) => vec![vec![s.clone()]],
        Node::Literals(l) => l.iter().map(|w| vec![Step::Literal(w.clone())]).collect(),
        Node::Group(alternatives) => alternatives.iter().flat_map(|a| expand(a)).collect(),
        Node::Optional(inner) => {
            let mut parts = expand_one(inner);
            parts.push(Vec::new());
            parts
        }
    }
}

struct Parser<'p> {
    rest: &'p str,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Vec<Vec<Node>>, String> {
        let mut all = vec![self.sequence()?];
        while self.eat('|') {
            all.push(self.sequence()?);
        }
        Ok(all)
    }

    fn eat(&mut self, c: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, close: char) -> Result<String, String> {
        let end = self
            .rest
            .find(close)
            .ok_or_else(|| format!("«{close}» is missing"))?;
        let inner = self.rest[..end].trim().to_owned();
        self.rest = &self.rest[end + close.len_utf8()..];
        Ok(inner)
    }

    fn sequence(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        loop {
            let mut node = if self.eat('{') {
                let inner = self.until('}')?;
                let (name, slot) = inner.split_once(':').unwrap_or((&inner, &inner));
                Node::Step(Step::Slot {
                    name: name.trim().into(),
                    slot: slot.trim().into(),
                })
            } else if self.eat('[') {
                Node::Literals(
                    self.until(']')?
                        .split('|')
                        .map(|w| w.trim().to_owned())
                        .collect(),
                )
            } else if self.eat('(') {
                let group = Node::Group(self.alternatives()?);
                if !self.eat(')') {
                    return Err("«)» is missing".into());
                }
                group
            } else if self.eat('~') {
                Node::Step(Step::Touch)
            } else if self.eat('«') {
                Node::Step(Step::SpanStart)
            } else if self.eat('»') {
                Node::Step(Step::SpanEnd)
            } else {
                return Ok(nodes);
            };
            if self.eat('?') {
                node = Node::Optional(Box::new(node));
            }
            nodes.push(node);
        }
    }
}

/// A parsed `value`.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constructor and its arguments.
    Call(&'static str, Vec<Expr>),
    /// A slot's value by name, or a bare word where the rule has no slot of that name.
    Name(&'static str),
    /// A number.
    Int(i64),
    /// `_`: nothing.
    Nothing,
}

/// Reads a `value`.
pub(crate) fn parse_value(text: &str) -> Result<Expr, String> {
    let mut rest = text.trim();
    let value = expr(&mut rest)?;
    if rest.trim().is_empty() {
        Ok(value)
    } else {
        Err(format!("cannot read the value from «{rest}»"))
    }
}

fn expr(rest: &mut &str) -> Result<Expr, String> {
    *rest = rest.trim_start();
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
        .unwrap_or(rest.len());
    let word = &rest[..end];
    if word.is_empty() {
        return Err(format!("a value is missing before «{rest}»"));
    }
    *rest = rest[end..].trim_start();
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let mut args = Vec::new();
        loop {
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                *rest = after;
                break;
            }
            args.push(expr(rest)?);
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(',') {
                *rest = after;
            } else if !rest.starts_with(')') {
                return Err(format!("«)» or «,» is missing before «{rest}»"));
            }
        }
        return Ok(Expr::Call(word.to_owned().leak(), args));
    }
    Ok(match word {
        "_" => Expr::Nothing,
        _ => word
            .parse()
            .map_or_else(|_| Expr::Name(word.to_owned().leak()), Expr::Int),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_parts_and_alternatives_expand() {
        let all = sequences("{d:day} [de|of]? ({month} | {m:month_number})").unwrap();
        assert_eq!(all.len(), 6);
        assert!(sequences("{day").is_err());
        assert!(sequences("( {day}").is_err());
    }

    #[test]
    fn values_parse() {
        let v = parse_value("range(date(_, month, d1), shift(day, -1))").unwrap();
        let Expr::Call("range", args) = v else {
            panic!()
        };
        assert_eq!(
            args[1],
            Expr::Call("shift", vec![Expr::Name("day"), Expr::Int(-1)])
        );
        assert!(parse_value("date(").is_err());
    }
}
