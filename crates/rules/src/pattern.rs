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

/// A part of a pattern; words and names are as written in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node<'p> {
    Slot { name: &'p str, slot: &'p str },
    Literals(Vec<&'p str>),
    Group(Vec<Vec<Self>>),
    Optional(Box<Self>),
    Touch,
    SpanStart,
    SpanEnd,
}

/// The alternatives of a pattern.
pub(crate) fn parse(pattern: &str) -> Result<Vec<Vec<Node<'_>>>, String> {
    let mut parser = Parser { rest: pattern };
    let alternatives = parser.alternatives()?;
    if !parser.rest.trim().is_empty() {
        return Err(format!("cannot read the pattern from «{}»", parser.rest));
    }
    Ok(alternatives)
}

/// The elements of a guard: alternatives of one slot or word each.
pub(crate) fn parse_guard(guard: &str) -> Result<Vec<Node<'_>>, String> {
    fn single<'p>(node: Node<'p>, out: &mut Vec<Node<'p>>) -> bool {
        match node {
            Node::Slot { .. } | Node::Literals(_) => out.push(node),
            Node::Optional(inner) => return single(*inner, out),
            Node::Group(alternatives) => {
                return alternatives.into_iter().all(|mut nodes| match nodes.pop() {
                    Some(node) => nodes.is_empty() && single(node, out),
                    None => true,
                });
            }
            Node::Touch | Node::SpanStart | Node::SpanEnd => return false,
        }
        true
    }
    let mut elements = Vec::new();
    // A guard tries its slots and words one by one.
    if single(Node::Group(parse(guard)?), &mut elements) {
        Ok(elements)
    } else {
        Err(format!(
            "a guard is alternatives of one slot or word each, not «{guard}»"
        ))
    }
}

struct Parser<'p> {
    rest: &'p str,
}

impl<'p> Parser<'p> {
    fn alternatives(&mut self) -> Result<Vec<Vec<Node<'p>>>, String> {
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

    fn until(&mut self, close: char) -> Result<&'p str, String> {
        let (inner, rest) = self
            .rest
            .split_once(close)
            .ok_or_else(|| format!("«{close}» is missing"))?;
        self.rest = rest;
        Ok(inner.trim())
    }

    fn sequence(&mut self) -> Result<Vec<Node<'p>>, String> {
        let mut nodes = Vec::new();
        loop {
            let mut node = if self.eat('{') {
                let inner = self.until('}')?;
                let (name, slot) = inner.split_once(':').unwrap_or((inner, inner));
                Node::Slot {
                    name: name.trim(),
                    slot: slot.trim(),
                }
            } else if self.eat('[') {
                Node::Literals(self.until(']')?.split('|').map(str::trim).collect())
            } else if self.eat('(') {
                let group = Node::Group(self.alternatives()?);
                if !self.eat(')') {
                    return Err("«)» is missing".into());
                }
                group
            } else if self.eat('~') {
                Node::Touch
            } else if self.eat('«') {
                Node::SpanStart
            } else if self.eat('»') {
                Node::SpanEnd
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
    fn patterns_parse() {
        let month = |name| Node::Slot {
            name,
            slot: "month",
        };
        assert_eq!(
            parse("[de|of]? ({month} | {m:month})").unwrap(),
            [[
                Node::Optional(Box::new(Node::Literals(vec!["de", "of"]))),
                Node::Group(vec![vec![month("month")], vec![month("m")]]),
            ]]
        );
        assert!(parse("{day").is_err());
        assert!(parse("( {day}").is_err());
        assert!(parse("{day} )").is_err());
    }

    #[test]
    fn guards_are_single_elements() {
        assert_eq!(parse_guard("{unit} | ([%|€] | {day})").unwrap().len(), 3);
        assert!(parse_guard("{unit} [%]").is_err());
        assert!(parse_guard("~ [%]").is_err());
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
