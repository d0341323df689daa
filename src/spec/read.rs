//! YAML to a tree of the schema's shape; each key and value is numbered in the order of reading.
//!
//! The YAML crate tells places only with errors. So a place is found by reading once more with an
//! error planted at the wanted number: the line is the parser's own, whatever the style.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_yaml::Deserializer as Yaml;

use super::diagnostic::{NodeId, Place, Problem, quoted};
use super::node::{Document, Node, Value};
use super::schema::{Field, SPEC, Shape, Table, Unknown};
use super::syntax_error;

/// Reads a screened text.
pub(super) fn read(text: &str) -> Result<Document, Problem> {
    let mut reader = Reader::new(text, None);
    match reader.run() {
        Ok(root) => Ok(Document {
            root,
            unknown: reader.unknown,
        }),
        Err(error) => {
            let place = error
                .location()
                .map_or(Place::Nowhere, |location| Place::Offset(location.index()));
            Err(match reader.problem {
                Some(problem) if is_ours(&error) => Problem { place, ..problem },
                _ => syntax_error::explain(text, &error),
            })
        }
    }
}

/// Where a node starts, as a byte offset.
pub(super) fn offset_of(text: &str, node: NodeId) -> Option<usize> {
    let error = Reader::new(text, Some(node)).run().err()?;
    Some(error.location()?.index())
}

/// What our own errors say inside the YAML crate's; the parser's words are fixed and say neither.
const REFUSED: &str = "refused by the schema";

fn is_ours(error: &serde_yaml::Error) -> bool {
    let said = error.to_string();
    said.contains(REFUSED) || said.contains("invalid type")
}

struct Reader<'t> {
    text: &'t str,
    next: NodeId,
    stop_at: Option<NodeId>,
    /// Bytes of scalars taken; more than the text can hold means an alias slipped through.
    taken: usize,
    problem: Option<Problem>,
    unknown: Vec<(NodeId, String)>,
}

impl<'t> Reader<'t> {
    const fn new(text: &'t str, stop_at: Option<NodeId>) -> Self {
        Self {
            text,
            next: 0,
            stop_at,
            taken: 0,
            problem: None,
            unknown: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<Node, serde_yaml::Error> {
        let yaml = Yaml::from_str(self.text);
        ShapeSeed {
            shape: Shape::Table(&SPEC),
            label: "a spec",
            reader: self,
        }
        .deserialize(yaml)
    }

    /// Numbers the node at hand, and fails if it is the one looked for.
    fn enter<E: Error>(&mut self, bytes: usize) -> Result<NodeId, E> {
        let id = self.next;
        self.next += 1;
        self.taken += bytes;
        if self.stop_at == Some(id) {
            return Err(E::custom("found"));
        }
        if id > self.text.len() + 1 || self.taken > 2 * self.text.len() {
            return self.fail("anchors and aliases are not allowed", None);
        }
        Ok(id)
    }

    fn fail<T, E: Error>(
        &mut self,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Result<T, E> {
        self.problem = Some(Problem {
            hint,
            ..Problem::new(Place::Nowhere, message)
        });
        Err(E::custom(REFUSED))
    }
}

/// Reads one value of a shape; `label` names it in messages.
struct ShapeSeed<'a, 't> {
    shape: Shape,
    label: &'static str,
    reader: &'a mut Reader<'t>,
}

impl ShapeSeed<'_, '_> {
    fn mismatch<E: Error>(self, found: &str, text: Option<&str>) -> Result<Node, E> {
        let label = match self.label {
            noun if noun.starts_with("a ") => noun.to_owned(),
            key => format!("`{key}`"),
        };
        let (wanted, hint) = match self.shape {
            Shape::Text | Shape::Ignored => ("text".to_owned(), None),
            Shape::Flag => ("true or false".to_owned(), None),
            Shape::Texts => (
                "a list".to_owned(),
                text.map(|text| format!("write {}", quoted(&format!("{}: [{text}]", self.label)))),
            ),
            Shape::Tables(table) => (
                format!("a list of mappings with {}", table.keys_text()),
                None,
            ),
            Shape::Table(table) => (format!("a mapping with {}", table.keys_text()), None),
        };
        let message = format!("{label} must be {wanted}, not {found}");
        self.reader.fail(message, hint)
    }

    fn scalar<E: Error>(self, text: &str) -> Result<Node, E> {
        match self.shape {
            Shape::Text => {
                self.reader.problem = None;
                Ok(Node {
                    id: self.reader.enter(text.len())?,
                    value: Value::Text(text.trim().to_owned()),
                })
            }
            _ => self.mismatch(&quoted(text), Some(text)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for ShapeSeed<'_, '_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        match self.shape {
            Shape::Text => {
                // For anything but a scalar the crate fails without asking the visitor.
                let hint = "if it is one value, quote it".to_owned();
                let message = format!("`{}` takes text here, not a list or mapping", self.label);
                self.reader.problem = Some(Problem::new(Place::Nowhere, message).hint(hint));
                deserializer.deserialize_str(self)
            }
            Shape::Ignored => {
                let id = self.reader.enter(0)?;
                IgnoredAny::deserialize(deserializer)?;
                Ok(Node {
                    id,
                    value: Value::Ignored,
                })
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for ShapeSeed<'_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        self.scalar(text)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Node, E> {
        match self.shape {
            Shape::Flag => Ok(Node {
                id: self.reader.enter(0)?,
                value: Value::Flag(flag),
            }),
            _ => self.scalar(&flag.to_string()),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        self.scalar(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        self.scalar(&number.to_string())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Node, E> {
        self.scalar(&number.to_string())
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Node, E> {
        self.scalar(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        self.scalar(&number.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node {
            id: self.reader.enter(0)?,
            value: Value::Nothing,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let (shape, label) = match self.shape {
            Shape::Texts => (Shape::Text, self.label),
            Shape::Tables(table) => (Shape::Table(table), table.name),
            _ => return self.mismatch("a list", None),
        };
        let id = self.reader.enter(0)?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(ShapeSeed {
            shape,
            label,
            reader: &mut *self.reader,
        })? {
            items.push(item);
        }
        Ok(Node {
            id,
            value: Value::List(items),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let Shape::Table(table) = self.shape else {
            return self.mismatch("a mapping", None);
        };
        let id = self.reader.enter(0)?;
        let mut keys: Vec<&'static str> = Vec::new();
        let mut entries = Vec::new();
        loop {
            let seed = KeySeed {
                table,
                taken: &keys,
                reader: &mut *self.reader,
            };
            match map.next_key_seed(seed)? {
                None => break,
                Some(None) => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Some(field)) => {
                    keys.push(field.key);
                    let node = map.next_value_seed(ShapeSeed {
                        shape: field.shape,
                        label: field.key,
                        reader: &mut *self.reader,
                    })?;
                    entries.push((field.name, node));
                }
            }
        }
        Ok(Node {
            id,
            value: Value::Table(entries),
        })
    }
}

/// Reads one key; `None` for one that is only warned of.
struct KeySeed<'a, 't> {
    table: &'static Table,
    taken: &'a [&'static str],
    reader: &'a mut Reader<'t>,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = Option<&'static Field>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.reader.problem = Some(Problem::new(Place::Nowhere, "a key must be text"));
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = Option<&'static Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        self.reader.problem = None;
        let id = self.reader.enter(key.len())?;
        let Some(field) = self.table.fields.iter().find(|field| field.key == key) else {
            return self.unknown(id, key);
        };
        let name_of = |key: &str| {
            self.table
                .fields
                .iter()
                .find(|f| f.key == key)
                .map(|f| f.name)
        };
        match self
            .taken
            .iter()
            .find(|taken| name_of(taken) == Some(field.name))
        {
            None => Ok(Some(field)),
            Some(taken) if *taken == key => {
                self.reader.fail(format!("duplicate key `{key}`"), None)
            }
            Some(taken) => self.reader.fail(
                format!("`{key}` and `{taken}` are two names of one key"),
                Some("keep one of them".to_owned()),
            ),
        }
    }
}

impl KeySeed<'_, '_> {
    fn unknown<E: Error>(self, id: NodeId, key: &str) -> Result<Option<&'static Field>, E> {
        if key == "<<" {
            return self.reader.fail(
                "merge keys are not allowed",
                Some("write the keys out".to_owned()),
            );
        }
        match self.table.unknown {
            Unknown::Refused => {
                let problem = self.table.unknown_key(Place::Nowhere, key);
                self.reader.fail(problem.message, problem.hint)
            }
            Unknown::Warned => {
                self.reader.unknown.push((id, key.to_owned()));
                Ok(None)
            }
        }
    }
}
